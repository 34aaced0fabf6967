/** Two short notes, made here rather than fetched; browsers allow them once somebody clicked. */
const NOTES_HZ = [740, 988];
const NOTE_SECONDS = 0.14;
const LOUDNESS = 0.12;

let audio: AudioContext | null = null;

/** @param urgent plays them twice */
export function playAlert(urgent: boolean): void {
  if (!navigator.userActivation.hasBeenActive) return;
  audio ??= new AudioContext();
  if (audio.state === "suspended") void audio.resume().catch(() => undefined);
  const notes = urgent ? [...NOTES_HZ, ...NOTES_HZ] : NOTES_HZ;
  for (const [index, hz] of notes.entries()) {
    playNote(audio, hz, audio.currentTime + index * NOTE_SECONDS);
  }
}

function playNote(context: AudioContext, hz: number, at: number): void {
  const tone = context.createOscillator();
  const gain = context.createGain();
  tone.frequency.value = hz;
  gain.gain.setValueAtTime(LOUDNESS, at);
  gain.gain.exponentialRampToValueAtTime(0.001, at + NOTE_SECONDS);
  tone.connect(gain).connect(context.destination);
  tone.start(at);
  tone.stop(at + NOTE_SECONDS);
}
