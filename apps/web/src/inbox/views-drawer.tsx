import { Drawer } from "@mantine/core";
import { useTexts } from "../i18n/texts.ts";
import type { HeaderProps } from "./list-header.tsx";
import { inboxTexts } from "./texts.ts";
import { ViewList } from "./view-list.tsx";

/** The views, where there is no room for them beside the list. */
export function ViewsDrawer(props: HeaderProps & { readonly onClose: () => void }) {
  const { view, search, saved, counts, onClose } = props;
  const t = useTexts(inboxTexts);
  return (
    <Drawer opened onClose={onClose} title={t("views")} size="xs">
      <ViewList view={view} search={search} saved={saved} counts={counts} onChosen={onClose} />
    </Drawer>
  );
}
