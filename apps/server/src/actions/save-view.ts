import {
  MAX_SAVED_VIEWS,
  PunctualError,
  type SavedView,
  type SavedViewBody,
} from "@punctual/contract";
import type { Tx } from "../platform/database.ts";
import { newId } from "../platform/ids.ts";
import { writeMemberEvent } from "../store/account-events.ts";
import type { MemberKey } from "../store/presence.ts";
import {
  deleteSavedView,
  lockSavedViews,
  readSavedViews,
  upsertSavedView,
} from "../store/saved-views.ts";
import type { Deps } from "./deps.ts";

/** Adds a view of the member's own, after the others. Throws `too_many_views`. */
export async function createView(
  deps: Deps,
  of: MemberKey,
  input: SavedViewBody,
): Promise<SavedView> {
  return await saveViews(deps, of, (tx, views) => {
    if (views.length >= MAX_SAVED_VIEWS) throw new PunctualError("too_many_views");
    const view = { id: newId(), ...input };
    upsertSavedView(tx, of, view, views.length);
    return view;
  });
}

/** Changes what is given; filters are whole. Throws `saved_view_not_found`. */
export async function changeView(
  deps: Deps,
  of: MemberKey,
  viewId: string,
  patch: { readonly [Name in keyof SavedViewBody]?: SavedViewBody[Name] | undefined },
): Promise<SavedView> {
  return await saveViews(deps, of, (tx, views) => {
    const position = indexOf(views, viewId);
    const before = views[position] as SavedView;
    const view = {
      id: viewId,
      name: patch.name ?? before.name,
      filters: patch.filters ?? before.filters,
      sort: patch.sort ?? before.sort,
    };
    upsertSavedView(tx, of, view, position);
    return view;
  });
}

/** Throws `saved_view_not_found`. */
export async function removeView(deps: Deps, of: MemberKey, viewId: string): Promise<void> {
  await saveViews(deps, of, (tx, views) => {
    indexOf(views, viewId);
    deleteSavedView(tx, of, viewId);
    // Places stay without gaps, so that the next one comes last.
    for (const [position, view] of views.filter(({ id }) => id !== viewId).entries()) {
      upsertSavedView(tx, of, view, position);
    }
  });
}

/** Puts all of the member's views in this order. Throws `views_changed` when these aren't all of them. */
export async function orderViews(
  deps: Deps,
  of: MemberKey,
  viewIds: readonly string[],
): Promise<SavedView[]> {
  return await saveViews(deps, of, (tx, views) => {
    const known = new Map(views.map((view) => [view.id, view]));
    const ordered = viewIds.flatMap((id) => known.get(id) ?? []);
    if (ordered.length !== viewIds.length || ordered.length !== views.length) {
      throw new PunctualError("views_changed");
    }
    for (const [position, view] of ordered.entries()) upsertSavedView(tx, of, view, position);
    return ordered;
  });
}

async function saveViews<T>(
  { db, signals }: Deps,
  of: MemberKey,
  save: (tx: Tx, views: readonly SavedView[]) => T,
): Promise<T> {
  const saved = await db.transaction(async (tx) => {
    await lockSavedViews(tx, of);
    const result = save(tx, await readSavedViews(tx, of));
    writeMemberEvent(tx, of, { type: "savedViews.updated", payload: {} });
    return result;
  });
  signals.events();
  return saved;
}

function indexOf(views: readonly SavedView[], viewId: string): number {
  const index = views.findIndex(({ id }) => id === viewId);
  if (index === -1) throw new PunctualError("saved_view_not_found");
  return index;
}
