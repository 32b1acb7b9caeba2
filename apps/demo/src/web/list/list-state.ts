/** Where somebody is in a list, and what they have selected of it. */
export interface ListState {
  /** The row that has the list's one tab stop. */
  readonly activeId: number | undefined;
  readonly selected: ReadonlySet<number>;
}

export const EMPTY_LIST_STATE: ListState = { activeId: undefined, selected: new Set() };

/** The row so many rows on; at the ends the row itself. */
export function step(ids: readonly number[], activeId: number | undefined, by: 1 | -1): number | undefined {
  const at = activeId === undefined ? -1 : ids.indexOf(activeId);
  if (at === -1) return ids[0];
  return ids[Math.min(ids.length - 1, Math.max(0, at + by))];
}

/** Selects a row, or no longer. */
export function toggle(state: ListState, id: number): ListState {
  const selected = new Set(state.selected);
  if (!selected.delete(id)) selected.add(id);
  return { activeId: id, selected };
}

/** Selects the row and the next one, which is then the active one. */
export function extend(state: ListState, ids: readonly number[], by: 1 | -1): ListState {
  const next = step(ids, state.activeId, by);
  if (next === undefined) return state;
  const from = state.activeId ?? next;
  return { activeId: next, selected: new Set([...state.selected, from, next]) };
}

/** Selects all rows from the active one to another. */
export function extendTo(state: ListState, ids: readonly number[], id: number): ListState {
  const [from, to] = [ids.indexOf(state.activeId ?? id), ids.indexOf(id)].sort((one, other) => one - other);
  if (from === undefined || to === undefined || from === -1) return toggle(state, id);
  return { activeId: id, selected: new Set([...state.selected, ...ids.slice(from, to + 1)]) };
}

/** What an action is about: what is selected, or else the active row. */
export function targets({ activeId, selected }: ListState, ids: readonly number[]): number[] {
  const shown = new Set(ids);
  const chosen = [...selected].filter((id) => shown.has(id));
  if (chosen.length > 0) return chosen;
  return activeId !== undefined && shown.has(activeId) ? [activeId] : [];
}

/** The row that is active when some are gone: the next one that stays, else the one before. */
export function neighbour(
  ids: readonly number[],
  gone: readonly number[],
  activeId: number | undefined,
): number | undefined {
  const away = new Set(gone);
  if (activeId !== undefined && !away.has(activeId)) return activeId;
  const at = activeId === undefined ? -1 : ids.indexOf(activeId);
  const stays = (id: number): boolean => !away.has(id);
  return ids.slice(at + 1).find(stays) ?? ids.slice(0, Math.max(0, at)).findLast(stays);
}
