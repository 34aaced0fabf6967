import {
  closestCenter,
  DndContext,
  type DragEndEvent,
  KeyboardSensor,
  PointerSensor,
  type UniqueIdentifier,
  useSensor,
  useSensors,
} from "@dnd-kit/core";
import {
  arrayMove,
  SortableContext,
  sortableKeyboardCoordinates,
  verticalListSortingStrategy,
} from "@dnd-kit/sortable";
import { Stack } from "@mantine/core";
import type { AssignmentRule } from "@punctual/contract";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { call } from "../../api/http.ts";
import { keys } from "../../api/queries.ts";
import { useTexts } from "../../i18n/texts.ts";
import { ProblemAlert } from "../../ui/problem-alert.tsx";
import { rulesQuery } from "../queries.ts";
import { RuleRow } from "./rule-row.tsx";
import { ruleTexts } from "./texts.ts";

/** The rules in their order, moved by dragging or by keys. */
export function RuleList(props: {
  readonly rules: readonly AssignmentRule[];
  readonly isReadOnly: boolean;
}) {
  const { rules, isReadOnly } = props;
  const queries = useQueryClient();
  const accessibility = useAnnouncements(rules);
  const sensors = useSensors(
    useSensor(PointerSensor, { activationConstraint: { distance: 4 } }),
    useSensor(KeyboardSensor, { coordinateGetter: sortableKeyboardCoordinates }),
  );
  const order = useMutation({
    mutationFn: (ordered: readonly AssignmentRule[]) =>
      call("PUT /assignment-rules/order", { body: { ruleIds: ordered.map(({ id }) => id) } }),
    // Shown at once: the order is only what somebody just made.
    onMutate: (ordered) => queries.setQueryData(rulesQuery.queryKey, [...ordered]),
    onSettled: () => queries.invalidateQueries({ queryKey: keys.rules }),
  });
  const onDragEnd = ({ active, over }: DragEndEvent) => {
    const from = rules.findIndex(({ id }) => id === active.id);
    const to = rules.findIndex(({ id }) => id === over?.id);
    if (from !== -1 && to !== -1 && from !== to) order.mutate(arrayMove([...rules], from, to));
  };
  return (
    <Stack gap="xs">
      {order.error !== null && <ProblemAlert error={order.error} />}
      <DndContext
        sensors={sensors}
        collisionDetection={closestCenter}
        onDragEnd={onDragEnd}
        accessibility={accessibility}
      >
        <SortableContext
          items={rules.map(({ id }) => id)}
          strategy={verticalListSortingStrategy}
          disabled={isReadOnly}
        >
          {rules.map((rule) => (
            <RuleRow key={rule.id} rule={rule} isReadOnly={isReadOnly} />
          ))}
        </SortableContext>
      </DndContext>
    </Stack>
  );
}

interface Moved {
  readonly active: { readonly id: UniqueIdentifier };
  readonly over: { readonly id: UniqueIdentifier } | null;
}

/** What is said to those who can't see the rule move. */
function useAnnouncements(rules: readonly AssignmentRule[]) {
  const t = useTexts(ruleTexts);
  const say =
    (key: "pickedUp" | "movedTo" | "dropped" | "cancelled") =>
    ({ active, over }: Moved) =>
      t(key, {
        name: rules.find(({ id }) => id === active.id)?.name ?? "",
        place: rules.findIndex(({ id }) => id === (over?.id ?? active.id)) + 1,
        count: rules.length,
      });
  return {
    announcements: {
      onDragStart: ({ active }: Pick<Moved, "active">) => say("pickedUp")({ active, over: null }),
      onDragOver: say("movedTo"),
      onDragEnd: say("dropped"),
      onDragCancel: say("cancelled"),
    },
    screenReaderInstructions: { draggable: t("moveHelp") },
  };
}
