/** What operators and their scripts are called, where the scenario leaves it open: one answer for the model, the shell that runs them and whoever reports. */
import type { OperatorId } from './ids.ts'

interface Given { readonly name?: OperatorId | undefined; readonly run?: { readonly file: string | null } | undefined }

/** The operator at this place of the section. */
export const operatorName = ({ name }: Given, index: number): OperatorId => name ?? `operator${index + 1}` as OperatorId
/** The file of an operator's script as the scenario names it; a text has none, and is called after its operator. null: there is no script. */
export const scriptFile = (given: Given, index: number): string | null => given.run === undefined ? null : given.run.file ?? `${operatorName(given, index)}.sh`
/** Without its folders: what transcripts call it, and `$0`. */
export const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1)
