/** A control call that can't be done, with a sentence that says what to do instead. */
export class ControlError extends Error {
  readonly status: number;

  constructor(status: 400 | 404 | 409 | 502, message: string) {
    super(message);
    this.name = "ControlError";
    this.status = status;
  }
}
