import { Button, Group, Modal, Stack } from "@mantine/core";
import type { FormEvent, ReactNode } from "react";
import { useTexts } from "../../i18n/texts.ts";
import { ProblemAlert } from "../../ui/problem-alert.tsx";
import { uiTexts } from "../../ui/texts.ts";

interface DialogProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly onSubmit: () => void;
  readonly save: { readonly isPending: boolean; readonly error: Error | null };
  /** Default: “Save”. */
  readonly submitLabel?: string;
  readonly isDangerous?: boolean;
  readonly size?: string;
  readonly children: ReactNode;
}

/** A form over the page: its fields, what the server refused, and the two ways out. */
export function FormDialog(props: DialogProps) {
  const ui = useTexts(uiTexts);
  const { title, onClose, onSubmit, save, size = "md", isDangerous = false, children } = props;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSubmit();
  };
  return (
    <Modal opened onClose={onClose} title={title} size={size} centered>
      <form onSubmit={submit} noValidate>
        <Stack>
          {children}
          {save.error !== null && <ProblemAlert error={save.error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {ui("cancel")}
            </Button>
            <Button type="submit" loading={save.isPending} color={isDangerous ? "red.8" : "accent"}>
              {props.submitLabel ?? ui("save")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
