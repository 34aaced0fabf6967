import { Paper, Text, Title } from "@mantine/core";
import { type ReactNode, useId } from "react";

/** A part of the page with its title, and what it is for. */
export function Card(props: {
  readonly title: string;
  readonly text: string;
  readonly children: ReactNode;
}) {
  const id = useId();
  return (
    <Paper withBorder p="md" component="section" aria-labelledby={id}>
      <Title order={2} size="h5" id={id}>
        {props.title}
      </Title>
      <Text size="sm" c="dimmed" mb="sm">
        {props.text}
      </Text>
      {props.children}
    </Paper>
  );
}
