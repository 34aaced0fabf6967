/**
 * A voice note in which nobody speaks: Opus in Ogg (RFC 3533, RFC 7845), written byte by byte because a
 * player must be able to play it.
 */

/** 20 ms of silence at full bandwidth, mono (RFC 6716 §3.1). */
const SILENCE = Buffer.from([0xf8, 0xff, 0xfe]);
const PACKETS_PER_SECOND = 50;
/** Opus counts in samples of 48 kHz, whatever it was recorded with. */
const SAMPLES_PER_PACKET = 960;

const FIRST = 2;
const LAST = 4;

export function silentVoiceNote(seconds: number): Buffer {
  const pages = [
    page({ number: 0, flags: FIRST, granule: 0, packets: [head()] }),
    page({ number: 1, flags: 0, granule: 0, packets: [tags()] }),
  ];
  for (let second = 1; second <= seconds; second++) {
    const packets = Array.from({ length: PACKETS_PER_SECOND }, () => SILENCE);
    const granule = second * PACKETS_PER_SECOND * SAMPLES_PER_PACKET;
    pages.push(
      page({ number: second + 1, flags: second === seconds ? LAST : 0, granule, packets }),
    );
  }
  return Buffer.concat(pages);
}

function head(): Buffer {
  const packet = Buffer.alloc(19);
  packet.write("OpusHead", 0, "latin1");
  // Version and channels; then how many samples to leave out, and the rate it was recorded at.
  packet.set([1, 1], 8);
  packet.writeUInt16LE(0, 10);
  packet.writeUInt32LE(48_000, 12);
  return packet;
}

function tags(): Buffer {
  const vendor = "emulator";
  const packet = Buffer.alloc(8 + 4 + vendor.length + 4);
  packet.write("OpusTags", 0, "latin1");
  packet.writeUInt32LE(vendor.length, 8);
  packet.write(vendor, 12, "latin1");
  return packet;
}

interface Page {
  readonly number: number;
  readonly flags: number;
  readonly granule: number;
  /** Each shorter than 255 bytes, at most 255 of them. */
  readonly packets: readonly Buffer[];
}

function page({ number, flags, granule, packets }: Page): Buffer {
  const header = Buffer.alloc(27 + packets.length);
  header.write("OggS", 0, "latin1");
  header[5] = flags;
  header.writeBigUInt64LE(BigInt(granule), 6);
  // The stream's number: there is one only.
  header.writeUInt32LE(1, 14);
  header.writeUInt32LE(number, 18);
  header[26] = packets.length;
  for (const [index, packet] of packets.entries()) header[27 + index] = packet.length;
  const whole = Buffer.concat([header, ...packets]);
  whole.writeUInt32LE(checksum(whole), 22);
  return whole;
}

/** Ogg's CRC-32: not reflected, from zero (RFC 3533 §6). */
function checksum(bytes: Buffer): number {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte << 24;
    for (let bit = 0; bit < 8; bit++) crc = crc & 0x80000000 ? (crc << 1) ^ 0x04c11db7 : crc << 1;
  }
  return crc >>> 0;
}
