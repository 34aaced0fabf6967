/** Settings → Business: its name. */
import { Button, Group, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { call } from "../../api/http.ts";
import { keys, meQuery } from "../../api/queries.ts";
import { useTexts } from "../../i18n/texts.ts";
import { uiTexts } from "../../ui/texts.ts";
import { LeaveGuard } from "../kit/leave-guard.tsx";
import { Loaded, SettingsPage } from "../kit/settings-page.tsx";
import { errorAt, useSave } from "../kit/use-save.ts";
import { accountTexts } from "./texts.ts";

export function BusinessPage() {
  const t = useTexts(accountTexts);
  const query = useQuery(meQuery);
  return (
    <SettingsPage title={t("businessTitle")} description={t("businessAbout")}>
      <Loaded query={query}>
        {({ account }) => <NameForm key={account.name} saved={account.name} />}
      </Loaded>
    </SettingsPage>
  );
}

function NameForm({ saved }: { readonly saved: string }) {
  const t = useTexts(accountTexts);
  const ui = useTexts(uiTexts);
  const [name, setName] = useState(saved);
  const save = useSave((body: { name: string }) => call("PATCH /account", { body }), {
    stale: [keys.me],
  });
  const isDirty = name !== saved;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate({ name });
      }}
    >
      <LeaveGuard isDirty={isDirty && !save.isSuccess} />
      <Group align="flex-end">
        <TextInput
          label={t("businessName")}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={errorAt(save.error, "name") ?? save.error?.message}
          maxLength={200}
          dir="auto"
          w={340}
        />
        <Button type="submit" disabled={!isDirty} loading={save.isPending}>
          {ui("save")}
        </Button>
      </Group>
    </form>
  );
}
