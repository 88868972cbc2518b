/** A number from 0 to 2^53 - 1 written in ASCII decimal without leading zeroes, or null. Larger ones are lawful in C2SP formats and refused here. */
export function parseDecimal(text: string): number | null {
  if (!/^(0|[1-9][0-9]{0,15})$/.test(text)) return null;
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : null;
}
