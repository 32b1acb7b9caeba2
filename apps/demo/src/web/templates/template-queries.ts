import type { InferRequestType, InferResponseType } from "hono/client";
import { client, read } from "../api/client.js";
import { queryClient } from "../api/query-client.js";

/** A message with gaps. */
export type Template = InferResponseType<typeof client.templates.$get, 200>["items"][number];
/** What somebody writes of one. */
export type TemplateValues = InferRequestType<typeof client.templates.$post>["json"];

/** All templates; no event tells of their changes, so they are asked for at each visit. */
export const templatesQuery = {
  queryKey: ["templates"],
  queryFn: async () => (await read(client.templates.$get())).items,
  staleTime: 0,
};

/** One template. */
export function templateQuery(id: string) {
  return {
    queryKey: ["templates", id],
    queryFn: async () => await read(client.templates[":id"].$get({ param: { id } })),
    staleTime: 0,
  };
}

/** A version of a template, filled with its own values. */
export function renderedQuery({ id, version }: Pick<Template, "id" | "version">) {
  return {
    queryKey: ["templates", id, "rendered", version],
    queryFn: async () => await read(client.templates[":id"].render.$post({ param: { id }, json: {} })),
  };
}

/** Stores a template: a new one, or the next version of the one that was read. */
export async function saveTemplate(known: Template | undefined, json: TemplateValues): Promise<Template> {
  const saved =
    known === undefined
      ? await read(client.templates.$post({ json }))
      : await read(
          client.templates[":id"].$put({
            param: { id: known.id },
            header: { "if-match": String(known.version) },
            json,
          }),
        );
  queryClient.setQueryData(templateQuery(saved.id).queryKey, saved);
  await queryClient.invalidateQueries({ queryKey: templatesQuery.queryKey, exact: true });
  return saved;
}

/** Removes the version of a template that was read. */
export async function removeTemplate({ id, version }: Template): Promise<void> {
  await read(client.templates[":id"].$delete({ param: { id }, header: { "if-match": String(version) } }));
  await queryClient.invalidateQueries({ queryKey: templatesQuery.queryKey, exact: true });
}
