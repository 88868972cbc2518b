/** Resident memory of a server's process in whole megabytes, as its metrics say. */
export async function memoryOf(url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const bytes = /^reckoning_process_resident_memory_bytes ([0-9.e+]+)$/m.exec(text)?.[1];
  if (bytes === undefined) throw new Error("the metrics do not name the resident memory");
  return Math.round(Number(bytes) / 1_048_576);
}
