import { ColorInput, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { call } from "../../api/http.ts";
import { useTexts } from "../../i18n/texts.ts";
import { FormDialog } from "../kit/form-dialog.tsx";
import { errorAt, useSave } from "../kit/use-save.ts";
import type { Named } from "./tags-page.tsx";
import { catalogueTexts } from "./texts.ts";

const COLOURS = ["#6b7280", "#b91c1c", "#b45309", "#1a7f37", "#0e7490", "#1d4ed8", "#7e22ce"];

/** Name, and of a tag its colour. */
export function NameDialog(props: {
  readonly title: string;
  readonly path: string;
  readonly stale: readonly string[];
  /** Null: a new one. */
  readonly item: Named | null;
  readonly hasColour: boolean;
  readonly onClose: () => void;
}) {
  const t = useTexts(catalogueTexts);
  const { title, path, stale, item, hasColour, onClose } = props;
  const form = useForm({
    initialValues: { name: item?.name ?? "", colour: item?.colour ?? COLOURS[0] ?? "" },
  });
  const save = useSave(
    ({ name, colour }: typeof form.values) => {
      const body = hasColour ? { name, colour: colour.toLowerCase() } : { name };
      return item === null
        ? call(`POST ${path}`, { body })
        : call(`PATCH ${path}/${item.id}`, { body });
    },
    { stale: [stale], onDone: onClose },
  );
  return (
    <FormDialog
      title={title}
      onClose={onClose}
      onSubmit={form.onSubmit((values) => save.mutate(values))}
      save={save}
    >
      <TextInput
        label={t("name")}
        data-autofocus
        maxLength={100}
        {...form.getInputProps("name")}
        error={errorAt(save.error, "name")}
      />
      {hasColour && (
        <ColorInput
          label={t("colour")}
          format="hex"
          swatches={COLOURS}
          {...form.getInputProps("colour")}
          error={errorAt(save.error, "colour")}
        />
      )}
    </FormDialog>
  );
}
