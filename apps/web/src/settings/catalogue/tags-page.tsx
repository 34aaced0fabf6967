/** Settings → Tags and categories, and what is needed to close a session. */
import { Button, ColorSwatch, Group, Paper, Stack, Switch, Text, Title } from "@mantine/core";
import type { ClosingRequirements } from "@punctual/contract";
import { IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { call } from "../../api/http.ts";
import { categoriesQuery, closingRequirementsQuery, keys, tagsQuery } from "../../api/queries.ts";
import { useTexts } from "../../i18n/texts.ts";
import { ProblemAlert } from "../../ui/problem-alert.tsx";
import { DeleteDialog } from "../kit/delete-dialog.tsx";
import { Empty } from "../kit/empty.tsx";
import { RowActs } from "../kit/row-acts.tsx";
import { Loaded, SettingsPage } from "../kit/settings-page.tsx";
import { useMay } from "../kit/use-may.ts";
import { useSave } from "../kit/use-save.ts";
import { NameDialog } from "./name-dialog.tsx";
import { catalogueTexts } from "./texts.ts";

export interface Named {
  readonly id: string;
  readonly name: string;
  readonly colour?: string;
}

const LISTS = {
  tags: {
    path: "/tags",
    key: keys.tags,
    add: "tagAdd",
    edit: "tagEdit",
    empty: "tagsEmpty",
    deleted: "deleteTag",
  },
  categories: {
    path: "/categories",
    key: keys.categories,
    add: "categoryAdd",
    edit: "categoryEdit",
    empty: "categoriesEmpty",
    deleted: "deleteCategory",
  },
} as const;
export type ListName = keyof typeof LISTS;

export function TagsPage() {
  const t = useTexts(catalogueTexts);
  const may = useMay();
  const tags = useQuery(tagsQuery);
  const categories = useQuery(categoriesQuery);
  const closing = useQuery(closingRequirementsQuery);
  const isReadOnly = !may("changeTags");
  return (
    <SettingsPage title={t("tagsTitle")} description={t("tagsAbout")} isReadOnly={isReadOnly}>
      <Loaded query={tags}>
        {(items) => <NamedList list="tags" items={items} isReadOnly={isReadOnly} />}
      </Loaded>
      <Loaded query={categories}>
        {(items) => <NamedList list="categories" items={items} isReadOnly={isReadOnly} />}
      </Loaded>
      <Loaded query={closing}>
        {(saved) => <Closing saved={saved} isReadOnly={!may("changeSettings")} />}
      </Loaded>
    </SettingsPage>
  );
}

function NamedList(props: {
  readonly list: ListName;
  readonly items: readonly Named[];
  readonly isReadOnly: boolean;
}) {
  const t = useTexts(catalogueTexts);
  const { list, items, isReadOnly } = props;
  const { path, key, add, edit, empty, deleted } = LISTS[list];
  const [open, setOpen] = useState<{
    readonly act: "edit" | "delete";
    readonly item: Named | null;
  }>();
  const close = () => setOpen(undefined);
  return (
    <section aria-labelledby={list}>
      <Group justify="space-between" mb="xs">
        <Title order={2} size="h5" id={list}>
          {t(list)}
        </Title>
        {!isReadOnly && (
          <Button
            size="xs"
            variant="default"
            leftSection={<IconPlus size={14} aria-hidden />}
            onClick={() => setOpen({ act: "edit", item: null })}
          >
            {t(add)}
          </Button>
        )}
      </Group>
      {items.length === 0 && <Empty text={t(empty)} />}
      <Stack gap={6}>
        {items.map((item) => (
          <Paper key={item.id} withBorder px="sm" py={6}>
            <Group wrap="nowrap" justify="space-between" mih={34}>
              <Group gap="xs" wrap="nowrap" miw={0}>
                {item.colour !== undefined && <ColorSwatch color={item.colour} size={16} />}
                <Text size="sm" truncate title={item.name} dir="auto">
                  {item.name}
                </Text>
              </Group>
              {!isReadOnly && (
                <RowActs
                  name={item.name}
                  onEdit={() => setOpen({ act: "edit", item })}
                  onDelete={() => setOpen({ act: "delete", item })}
                />
              )}
            </Group>
          </Paper>
        ))}
      </Stack>
      {open?.act === "edit" && (
        <NameDialog
          title={t(open.item === null ? add : edit)}
          path={path}
          stale={key}
          item={open.item}
          hasColour={list === "tags"}
          onClose={close}
        />
      )}
      {open?.act === "delete" && open.item !== null && (
        <DeleteDialog
          title={t("deleteTitle", { name: open.item.name })}
          text={t(deleted)}
          route={`DELETE ${path}/${open.item.id}`}
          stale={[key]}
          onClose={close}
        />
      )}
    </section>
  );
}

function Closing(props: { readonly saved: ClosingRequirements; readonly isReadOnly: boolean }) {
  const t = useTexts(catalogueTexts);
  const { saved, isReadOnly } = props;
  const save = useSave((body: ClosingRequirements) => call("PUT /settings/closing", { body }), {
    stale: [keys.closingRequirements],
  });
  const shown = save.isPending ? save.variables : saved;
  return (
    <section aria-labelledby="closing">
      <Title order={2} size="h5" id="closing">
        {t("closing")}
      </Title>
      <Text size="sm" c="dimmed" mb="sm">
        {t("closingAbout")}
      </Text>
      <Stack gap="sm">
        {(
          [
            ["tag", "needTag"],
            ["note", "needNote"],
            ["category", "needCategory"],
          ] as const
        ).map(([name, text]) => (
          <Switch
            key={name}
            label={t(text)}
            checked={shown[name]}
            disabled={isReadOnly}
            onChange={(event) => save.mutate({ ...saved, [name]: event.currentTarget.checked })}
          />
        ))}
        {save.error !== null && <ProblemAlert error={save.error} />}
      </Stack>
    </section>
  );
}
