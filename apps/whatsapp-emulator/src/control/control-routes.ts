import type { FastifyInstance } from "fastify";
import { ZodError } from "zod";
import type { ControlContext } from "./context.ts";
import { ControlError } from "./control-error.ts";
import { customerRoutes } from "./customer-routes.ts";
import { faultRoutes } from "./fault-routes.ts";
import { numberRoutes } from "./number-routes.ts";
import { runRoutes } from "./run-routes.ts";

/** Everything under `/_emulator`. Errors are problem documents whose `detail` says what to do. */
export function controlRoutes(app: FastifyInstance, context: ControlContext): void {
  app.setErrorHandler((error: Error & { statusCode?: number }, _request, reply) => {
    const { status, ...rest } = problemOf(error);
    return reply
      .code(status)
      .type("application/problem+json")
      .send({ status, ...rest });
  });
  app.setNotFoundHandler(() => {
    throw new ControlError(404, "There is no such control call. GET / lists them.");
  });

  numberRoutes(app, context);
  customerRoutes(app, context);
  faultRoutes(app, context);
  runRoutes(app, context);
}

function problemOf(error: Error & { statusCode?: number }) {
  if (error instanceof ControlError) {
    return { status: error.status, title: "This can't be done.", detail: error.message };
  }
  if (error instanceof ZodError) {
    const errors = error.issues.map(({ path, message }) => ({ at: path.join("."), message }));
    const detail = errors.map(({ at, message }) => (at ? `${at}: ${message}` : message)).join(" ");
    return { status: 400, title: "The request is not valid.", detail, errors };
  }
  return { status: error.statusCode ?? 500, title: "The request failed.", detail: error.message };
}
