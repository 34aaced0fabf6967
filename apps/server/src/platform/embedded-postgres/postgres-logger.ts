/** The part of a pino logger that the embedded PostgreSQL uses. */
export interface PostgresLogger {
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
  error(details: object, message: string): void;
}

export const silentLogger: PostgresLogger = {
  info: () => {},
  warn: () => {},
  error: () => {},
};
