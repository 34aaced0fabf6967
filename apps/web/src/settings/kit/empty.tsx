import { Paper, Text } from "@mantine/core";

/** What stands where there is nothing yet: what to do about it. */
export function Empty({ text }: { readonly text: string }) {
  return (
    <Paper withBorder p="lg">
      <Text size="sm" c="dimmed" ta="center">
        {text}
      </Text>
    </Paper>
  );
}
