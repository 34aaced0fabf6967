import { Button, Group, Text } from "@mantine/core";
import { IconPlugConnectedX } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import { useTexts } from "../i18n/texts.ts";
import { useRealtime } from "../realtime/realtime.tsx";
import { appTexts } from "./texts.ts";

/** A page that loads is not a page that lost its connection. */
const PATIENCE_MS = 1_500;

/** Says that what is shown may be old, as long as it may. */
export function ConnectionBanner() {
  const t = useTexts(appTexts);
  const { state, connectNow } = useRealtime();
  const isLost = useStaysSo(state !== "live", PATIENCE_MS);
  if (!isLost) return null;
  return (
    <Group
      role="status"
      gap="xs"
      px="md"
      py={6}
      bg="var(--mantine-color-yellow-light)"
      wrap="nowrap"
    >
      <IconPlugConnectedX size={18} aria-hidden />
      <Text size="sm" flex={1}>
        {t(state === "connecting" ? "connecting" : "disconnected")}
      </Text>
      <Button size="compact-xs" variant="default" onClick={connectNow}>
        {t("connectNow")}
      </Button>
    </Group>
  );
}

/** True once the condition has held for so long. */
function useStaysSo(condition: boolean, ms: number): boolean {
  const [isSo, setSo] = useState(false);
  useEffect(() => {
    if (!condition) {
      setSo(false);
      return undefined;
    }
    const timer = setTimeout(() => setSo(true), ms);
    return () => clearTimeout(timer);
  }, [condition, ms]);
  return isSo;
}
