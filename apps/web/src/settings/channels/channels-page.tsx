/** Settings → Channels: which numbers there are, whether they work, and connecting one more. */
import { Button } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTexts } from "../../i18n/texts.ts";
import { Empty } from "../kit/empty.tsx";
import { Loaded, SettingsPage } from "../kit/settings-page.tsx";
import { useMay } from "../kit/use-may.ts";
import { channelsQuery } from "../queries.ts";
import { ChannelCard } from "./channel-card.tsx";
import { ConnectDialog } from "./connect-dialog.tsx";
import { channelTexts } from "./texts.ts";

export function ChannelsPage() {
  const t = useTexts(channelTexts);
  const query = useQuery(channelsQuery);
  const mayChange = useMay()("changeChannels");
  const [isConnecting, setConnecting] = useState(false);
  return (
    <SettingsPage
      title={t("title")}
      description={t("about")}
      isReadOnly={!mayChange}
      action={
        mayChange && (
          <Button
            leftSection={<IconPlus size={16} aria-hidden />}
            onClick={() => setConnecting(true)}
          >
            {t("connect")}
          </Button>
        )
      }
    >
      <Loaded query={query}>
        {(channels) =>
          channels.length === 0 ? (
            <Empty text={t("empty")} />
          ) : (
            channels.map((channel) => (
              <ChannelCard key={channel.id} channel={channel} isReadOnly={!mayChange} />
            ))
          )
        }
      </Loaded>
      {isConnecting && <ConnectDialog onClose={() => setConnecting(false)} />}
    </SettingsPage>
  );
}
