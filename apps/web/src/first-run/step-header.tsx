import { Stack, Text, Title } from "@mantine/core";

/** What a step asks, and why. */
export function StepHeader(props: { readonly title: string; readonly text: string }) {
  return (
    <Stack gap={4}>
      <Title order={1} size="h2">
        {props.title}
      </Title>
      <Text c="dimmed">{props.text}</Text>
    </Stack>
  );
}
