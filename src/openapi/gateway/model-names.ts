/**
 * Unique names of schemas with letters and digits only, as API Gateway requires. `Page[Book]` and `Page_Book_` get different names.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/api/API_CreateModel.html
 */
export function modelNames(names: readonly string[], reserved: readonly string[] = []): Map<string, string> {
  const kept = (name: string): boolean => /^[A-Za-z0-9]+$/.test(name) && !reserved.includes(name);
  const taken = new Set([...names.filter(kept), ...reserved]);
  return new Map(names.map((name) => {
    if (kept(name)) return [name, name];
    const base = name.split(/[^A-Za-z0-9]+/).filter((part) => part !== '').map((part) => part[0].toUpperCase() + part.slice(1)).join('') || 'Model';
    let free = base;
    for (let number = 2; taken.has(free); number++) free = `${base}${number}`;
    taken.add(free);
    return [name, free];
  }));
}
