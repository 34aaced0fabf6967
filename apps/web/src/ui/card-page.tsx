import { Center, Paper, Title } from "@mantine/core";
import type { ReactNode } from "react";

/** A page with one thing to do, for people who aren't signed in. */
export function CardPage(props: { readonly title: string; readonly children: ReactNode }) {
  return (
    <Center component="main" mih="100dvh" p="md">
      <Paper withBorder p="xl" w={420} maw="100%">
        <Title order={1} size="h3" mb="lg">
          {props.title}
        </Title>
        {props.children}
      </Paper>
    </Center>
  );
}
