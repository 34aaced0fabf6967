import { Text } from "@mantine/core";
import { call } from "../../api/http.ts";
import { useTexts } from "../../i18n/texts.ts";
import { settingsTexts } from "../texts.ts";
import { FormDialog } from "./form-dialog.tsx";
import { useSave } from "./use-save.ts";

/** Asks before something is deleted for good. */
export function DeleteDialog(props: {
  readonly title: string;
  readonly text: string;
  /** What is called, such as `DELETE /tags/…`. */
  readonly route: string;
  readonly stale: readonly (readonly string[])[];
  readonly onClose: () => void;
}) {
  const s = useTexts(settingsTexts);
  const { title, text, route, stale, onClose } = props;
  const remove = useSave(() => call(route), { stale, onDone: onClose, isQuiet: true });
  return (
    <FormDialog
      title={title}
      onClose={onClose}
      save={remove}
      onSubmit={() => remove.mutate(undefined)}
      submitLabel={s("remove")}
      isDangerous
    >
      <Text size="sm">{text}</Text>
    </FormDialog>
  );
}
