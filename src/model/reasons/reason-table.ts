import type { InputReason, StatusReason, ValidationReason } from '../issue-reason.ts';
import { fieldReasons, inputReasons } from './field-reasons.ts';
import { headerReasons, methodReasons } from './list-reasons.ts';
import { originReasons } from './origin-reasons.ts';
import type { ReasonInfo } from './reason-info.ts';
import { regexReasons } from './regex-reasons.ts';
import { statusReasons } from './status-reasons.ts';

/** The validation table: how grave each reason is, what it means and what to do. */
export const reasonTable: Readonly<Record<ValidationReason | InputReason | StatusReason, ReasonInfo>> = {
  ...originReasons,
  ...regexReasons,
  ...methodReasons,
  ...headerReasons,
  ...fieldReasons,
  ...inputReasons,
  ...statusReasons,
};
