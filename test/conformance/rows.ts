/** What a row of the conformance table is made of. */
export interface Unit { id: string; /** What differs; undefined: nothing does. */ why: string | undefined }
export interface Row { name: string; passed: number; total: number; differs: { id: string; why: string }[] }

export function rowOf(name: string, units: readonly Unit[]): Row {
  const differs = units.flatMap(({ id, why }) => why === undefined ? [] : [{ id, why }])
  return { name, passed: units.length - differs.length, total: units.length, differs }
}
