import type { FastifyInstance } from "fastify";
import { ZodError } from "zod";
import { sendCallsPage } from "./calls-page.ts";
import type { ControlContext } from "./context.ts";
import { ControlError } from "./control-error.ts";
import { customerRoutes } from "./customer-routes.ts";
import { faultRoutes } from "./fault-routes.ts";
import { mediaRoutes } from "./media-routes.ts";
import { numberRoutes } from "./number-routes.ts";
import { phoneRoutes } from "./phone-routes.ts";
import { runRoutes } from "./run-routes.ts";

/** Everything under `/_emulator`. Errors are problem documents whose `detail` says what to do. */
export async function controlRoutes(app: FastifyInstance, context: ControlContext): Promise<void> {
  app.setErrorHandler((error: Error & { statusCode?: number }, _request, reply) => {
    const { status, ...rest } = problemOf(error);
    return reply
      .code(status)
      .type("application/problem+json")
      .send({ status, ...rest });
  });
  app.setNotFoundHandler(() => {
    throw new ControlError(404, "There is no such control call. GET /_emulator lists them.");
  });

  app.get("/", (_request, reply) => sendCallsPage(reply));
  numberRoutes(app, context);
  customerRoutes(app, context);
  phoneRoutes(app, context);
  await mediaRoutes(app, context);
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
