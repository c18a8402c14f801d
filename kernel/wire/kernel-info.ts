/** kernel_info_request → kernel_info_reply: the first thing every client asks. */

import type { Conversation } from "./conversation.js";
import { PROTOCOL_VERSION } from "./message.js";

export interface LanguageInfo {
  name: string;
  version: string;
  mimetype: string;
  /** With its dot. */
  fileExtension: string;
  pygmentsLexer: string;
  codemirrorMode: string;
  nbconvertExporter: string;
}

/** What the kernel says of itself. */
export interface KernelInfo {
  implementation: string;
  implementationVersion: string;
  language: LanguageInfo;
  banner: string;
  helpLinks: readonly { text: string; url: string }[];
  /** Optional features of the protocol that hold (`debugger`, `kernel subshells`); empty when none does. */
  supportedFeatures: readonly string[];
}

/** Answered on shell and control. */
export const kernelInfo: Conversation<void, KernelInfo> = {
  requestType: "kernel_info_request",
  replyType: "kernel_info_reply",
  read: () => undefined,
  write: ({ language, ...info }) => ({
    status: "ok",
    protocol_version: PROTOCOL_VERSION,
    implementation: info.implementation,
    implementation_version: info.implementationVersion,
    language_info: {
      name: language.name,
      version: language.version,
      mimetype: language.mimetype,
      file_extension: language.fileExtension,
      pygments_lexer: language.pygmentsLexer,
      codemirror_mode: language.codemirrorMode,
      nbconvert_exporter: language.nbconvertExporter,
    },
    banner: info.banner,
    debugger: info.supportedFeatures.includes("debugger"),
    help_links: info.helpLinks,
    supported_features: info.supportedFeatures,
  }),
};
