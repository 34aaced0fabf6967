import { BusinessHoursBody, BusinessHoursView } from "@punctual/contract";
import type { Deps } from "../../actions/deps.ts";
import { saveBusinessHours } from "../../actions/save-business-hours.ts";
import { authorize } from "../../permissions/authorize.ts";
import { readBusinessHours } from "../../store/business-hours.ts";
import { readNow } from "../../store/now.ts";
import { presentBusinessHours } from "../../views/business-hours.ts";
import { authorOf, memberOf } from "../auth/authenticate.ts";
import { type ApiContext, type ApiServer, problems } from "./api.ts";

export function registerBusinessHours(app: ApiServer, { deps }: ApiContext): void {
  app.get(
    "/business-hours",
    {
      schema: {
        ...about("getBusinessHours", "When the business is open, and whether it is now"),
        response: { 200: BusinessHoursView, default: problems },
      },
    },
    async (request) => {
      const { accountId, ...member } = memberOf(request);
      authorize(member, "readSettings");
      return await load(deps, accountId);
    },
  );

  app.put(
    "/business-hours",
    {
      schema: {
        ...about("saveBusinessHours", "Say when the business is open"),
        description:
          "Assignment rules can ask for it. Times are those of the clock on the wall in the time zone, daylight saving included.",
        body: BusinessHoursBody,
        response: { 200: BusinessHoursView, default: problems },
      },
    },
    async (request) => {
      authorize(memberOf(request), "changeSettings");
      const author = authorOf(request);
      await saveBusinessHours(deps, author, request.body.businessHours);
      return await load(deps, author.accountId);
    },
  );
}

async function load(deps: Deps, accountId: string): Promise<BusinessHoursView> {
  return await deps.db.readAs(accountId, async (read) =>
    presentBusinessHours(await readBusinessHours(read, accountId), await readNow(read)),
  );
}

function about(operationId: string, summary: string) {
  return { operationId, summary, tags: ["Settings"] };
}
