/** The part of an operation of an OpenAPI document that we complete. */
export interface Operation {
  operationId?: string;
  security?: readonly unknown[];
  parameters?: readonly { readonly in?: string }[];
  requestBody?: { content?: Record<string, { examples?: unknown }> };
  responses?: Record<string, { description?: string; $ref?: string }>;
}
