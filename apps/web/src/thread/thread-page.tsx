/** One session: its messages, oldest first. */

import { Loader, Stack, Text } from "@mantine/core";
import type { Message } from "@punctual/contract";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useEffect } from "react";
import { call } from "../api/http.ts";
import { keys } from "../api/queries.ts";
import { useRealtime } from "../realtime/realtime.tsx";
import { ProblemAlert } from "../ui/problem-alert.tsx";

export function ThreadPage() {
  const { sessionId } = useParams({ from: "/signed-in/inbox/$view/$sessionId" });
  const { listen } = useRealtime();
  const { data, error, refetch } = useQuery({
    queryKey: keys.messages(sessionId),
    queryFn: () => call<{ messages: Message[] }>(`GET /sessions/${sessionId}/messages`),
  });
  useEffect(
    () =>
      listen((event) => {
        if (event.sessionId === sessionId) void refetch();
      }),
    [listen, refetch, sessionId],
  );
  if (error !== null) return <ProblemAlert error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <Loader />;
  return (
    <Stack p="md" gap="xs">
      {data.messages.map(({ id, content }) => (
        <Text key={id} dir="auto">
          {"text" in content ? content.text : content.type}
        </Text>
      ))}
    </Stack>
  );
}
