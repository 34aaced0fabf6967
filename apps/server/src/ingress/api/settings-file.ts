import { SettingsFile, SettingsImportResult } from "@punctual/contract";
import { exportSettings, importSettings } from "../../actions/settings-file.ts";
import { authorize } from "../../permissions/authorize.ts";
import { authorOf, memberOf } from "../auth/authenticate.ts";
import { type ApiContext, type ApiServer, problems } from "./api.ts";

export function registerSettingsFile(app: ApiServer, { deps }: ApiContext): void {
  app.get(
    "/settings/export",
    {
      schema: {
        operationId: "exportSettings",
        summary: "Everything that admins configure, in one file",
        tags: ["Settings"],
        response: { 200: SettingsFile, default: problems },
      },
    },
    async (request) => {
      const { accountId, ...member } = memberOf(request);
      authorize(member, "changeSettings");
      return await exportSettings(deps, accountId);
    },
  );

  app.post(
    "/settings/import",
    {
      schema: {
        operationId: "importSettings",
        summary: "Apply such a file: all of it or nothing",
        description:
          "Rules are matched by name; those that the file doesn't have are removed. Teams, tags and categories are matched by name, and those that it doesn't have stay. Applies to all open sessions.",
        tags: ["Settings"],
        body: SettingsFile,
        response: { 200: SettingsImportResult, default: problems },
      },
    },
    async (request) => {
      const member = memberOf(request);
      authorize(member, "changeSettings");
      const { accountId, by } = authorOf(request);
      return await importSettings(deps, { accountId, by, file: request.body });
    },
  );
}
