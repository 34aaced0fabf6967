/**
 * Settings → Omni Chat → Other Settings: the session clock, for all channels or for one. What is typed is
 * kept until it is saved; a colleague's save meanwhile is shown, and never overwritten.
 */
import { Select, Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { myChannelsQuery } from "../../api/queries.ts";
import { useTexts } from "../../i18n/texts.ts";
import { showDone } from "../../ui/toast.ts";
import { LeaveGuard } from "../kit/leave-guard.tsx";
import { Loaded, SettingsPage } from "../kit/settings-page.tsx";
import { useMay } from "../kit/use-may.ts";
import { ClockFormContext } from "./clock-form-context.ts";
import { clockQuery, overrideQuery } from "./clock-queries.ts";
import { ClosureCard } from "./closure-card.tsx";
import { ConflictNotice } from "./conflict-notice.tsx";
import { History } from "./history.tsx";
import { ReassignCard } from "./reassign-card.tsx";
import { ReplyCard } from "./reply-card.tsx";
import { SaveBar } from "./save-bar.tsx";
import { SaveDialog } from "./save-dialog.tsx";
import { otherTexts } from "./texts.ts";
import { type SavedClock, useClockForm } from "./use-clock-form.ts";

export function OtherSettingsPage() {
  const { channel: channelId = null } = useSearch({
    from: "/signed-in/settings/omni-chat/other-settings",
  });
  const clock = useQuery(clockQuery);
  const t = useTexts(otherTexts);
  if (clock.data === undefined) {
    return (
      <SettingsPage title={t("title")} description={t("about")}>
        <Loaded query={clock}>{() => null}</Loaded>
      </SettingsPage>
    );
  }
  const { closure, reassign, reply, version, savedBy } = clock.data;
  const inherited = { closure, reassign, reply };
  if (channelId !== null) return <ChannelScope channelId={channelId} inherited={inherited} />;
  return <Form channelId={null} saved={{ version, savedBy, settings: inherited, inherited }} />;
}

function ChannelScope(props: {
  readonly channelId: string;
  readonly inherited: SavedClock["inherited"];
}) {
  const t = useTexts(otherTexts);
  const query = useQuery(overrideQuery(props.channelId));
  if (query.data === undefined) {
    return (
      <SettingsPage title={t("title")} action={<Scope channelId={props.channelId} />}>
        <Loaded query={query}>{() => null}</Loaded>
      </SettingsPage>
    );
  }
  const { closure, reassign, reply, version, savedBy } = query.data;
  const settings = { closure, reassign, reply };
  return (
    <Form
      key={props.channelId}
      channelId={props.channelId}
      saved={{ version, savedBy, settings, inherited: props.inherited }}
    />
  );
}

function Form(props: { readonly channelId: string | null; readonly saved: SavedClock }) {
  const t = useTexts(otherTexts);
  const { channelId } = props;
  // The server's answers are new objects only when something changed.
  const key = JSON.stringify(props.saved);
  const saved = useMemo<SavedClock>(() => JSON.parse(key), [key]);
  const form = useClockForm(saved);
  const [isSaving, setSaving] = useState(false);
  const { data: channels } = useQuery(myChannelsQuery);
  const isReadOnly = !useMay()("changeSettings");
  const context = { form, channelId, isReadOnly };
  const scope = channels?.find(({ id }) => id === channelId)?.name ?? t("allChannels");
  return (
    <ClockFormContext value={context}>
      <LeaveGuard isDirty={form.isDirty} />
      <SettingsPage
        title={t("title")}
        description={t("about")}
        action={<Scope channelId={channelId} />}
        isReadOnly={isReadOnly}
      >
        <ConflictNotice saved={saved} />
        <Stack gap="lg">
          <ClosureCard />
          <ReassignCard />
          <ReplyCard />
        </Stack>
        <History
          saved={saved}
          onGoBack={(fields, version) => {
            form.set(fields);
            void showDone(t("wentBack", { version }));
          }}
        />
      </SettingsPage>
      {!isReadOnly && <SaveBar onSave={() => setSaving(true)} />}
      {isSaving && <SaveDialog scope={scope} onClose={() => setSaving(false)} />}
    </ClockFormContext>
  );
}

const ALL = "all";

function Scope({ channelId }: { readonly channelId: string | null }) {
  const t = useTexts(otherTexts);
  const navigate = useNavigate();
  const { data: channels = [] } = useQuery(myChannelsQuery);
  const choices = channels.map(({ id, name }) => ({ value: id, label: name }));
  return (
    <Select
      label={t("appliesTo")}
      value={channelId ?? ALL}
      data={[{ value: ALL, label: t("allChannels") }, ...choices]}
      allowDeselect={false}
      w={220}
      onChange={(value) =>
        void navigate({
          to: "/settings/omni-chat/other-settings",
          search: value === null || value === ALL ? {} : { channel: value },
        })
      }
    />
  );
}
