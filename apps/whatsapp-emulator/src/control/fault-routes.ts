import type { FastifyInstance } from "fastify";
import { addFault, FaultInput } from "../faults.ts";
import type { ControlContext } from "./context.ts";
import { ControlError } from "./control-error.ts";

/** The switches: set, list, clear. Clearing one sends what it holds. */
export function faultRoutes(app: FastifyInstance, context: ControlContext): void {
  app.get("/faults", () => ({ faults: context.world().faults.faults }));

  app.post("/faults", (request, reply) => {
    const fault = addFault(context.world().faults, FaultInput.parse(request.body));
    return reply.code(201).send(fault);
  });

  app.delete<{ Params: { faultId: string } }>("/faults/:faultId", (request, reply) => {
    const { faults, updates } = context.world();
    const { faultId } = request.params;
    const index = faults.faults.findIndex((fault) => fault.id === faultId);
    if (index === -1) throw new ControlError(404, `There is no fault ${faultId}.`);
    faults.faults.splice(index, 1);
    void updates.release(faultId);
    return reply.code(204).send();
  });

  app.delete("/faults", (_request, reply) => {
    const { faults, updates } = context.world();
    faults.faults.length = 0;
    void updates.release(null);
    return reply.code(204).send();
  });
}
