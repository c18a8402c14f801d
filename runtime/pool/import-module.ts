/** Imports a module by absolute URL or builtin name into this thread. */
export async function importHere(url: string): Promise<Record<string, unknown>> {
  return (await import(url)) as Record<string, unknown>;
}
