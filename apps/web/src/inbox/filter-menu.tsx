import { ActionIcon, Button, Indicator, Popover, Stack } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconFilter } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import { useTexts } from "../i18n/texts.ts";
import type { HeaderProps } from "./list-header.tsx";
import { inboxTexts } from "./texts.ts";

/** Selects are heavy, and few open them at once. */
const Filters = lazy(async () => ({ default: (await import("./filters.tsx")).Filters }));

/** Narrows the view, and keeps what one narrowed it to as a view of one's own. */
export function FilterMenu(props: HeaderProps) {
  const { view, search } = props;
  const t = useTexts(inboxTexts);
  const navigate = useNavigate();
  const [isOpen, { toggle, close }] = useDisclosure();
  const { text: _text, sort: _sort, ...filters } = search;
  const count = Object.keys(filters).length;
  const label = count === 0 ? t("filter") : `${t("filter")}: ${t("filters", { count })}`;
  return (
    <Popover opened={isOpen} onChange={close} position="bottom-end" width={280} trapFocus>
      <Indicator disabled={count === 0} size={8} offset={4}>
        <Popover.Target>
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={label}
            title={label}
            onClick={toggle}
          >
            <IconFilter size={18} aria-hidden />
          </ActionIcon>
        </Popover.Target>
      </Indicator>
      <Popover.Dropdown>
        <Stack gap="sm">
          <Suspense>
            <Filters {...props} onDone={close} />
          </Suspense>
          {count > 0 && (
            <Button
              variant="subtle"
              size="compact-sm"
              onClick={() => void navigate({ to: "/inbox/$view", params: { view }, search: {} })}
            >
              {t("clearFilters")}
            </Button>
          )}
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
