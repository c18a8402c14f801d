"""Samples for jupyter_kernel_test: what a person would type into a Millrace notebook. `python -m unittest -v kernel_samples`."""

import unittest

import jupyter_kernel_test
from jupyter_kernel_test.msgspec_v5 import validate_message

PATIENCE = 60


class MillraceTests(jupyter_kernel_test.KernelTests):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        # The first completion waits for the types of Node and of the streams; how long depends on the machine.
        for _ in range(12):
            cls.kc.complete("Math.hyp")
            if cls.kc.get_shell_msg(timeout=60)["content"].get("matches"):
                break
        # The suite waits a second or less for the next message, and a busy machine may take longer.
        next_message = cls.kc.iopub_channel.get_msg
        cls.kc.iopub_channel.get_msg = lambda timeout: next_message(timeout=PATIENCE)

    def flush_channels(self) -> None:
        """Takes what has come, as the suite's own does: up to the end of a question, in place of a tenth of a second without a message."""
        asked = self.kc.kernel_info()
        for channel, end in ((self.kc.shell_channel, "ok"), (self.kc.iopub_channel, "idle")):
            told = None
            while told != end:
                message = channel.get_msg(timeout=PATIENCE)
                validate_message(message)
                if message["parent_header"].get("msg_id") == asked:
                    content = message["content"]
                    told = content.get("status") or content["execution_state"]

    kernel_name = "millrace"
    language_name = "typescript"
    file_extension = ".ts"

    code_hello_world = 'console.log("hello, world")'
    code_stderr = 'console.error("no water in the race")'

    completion_samples = [
        {"text": "Math.hyp", "matches": {"hypot"}},
        {"text": '"mill".toUpper', "matches": {"toUpperCase"}},
        {"text": "ssc.socketTextStr", "matches": {"socketTextStream"}},
        {"text": "%strea", "matches": {"%stream", "%streams"}},
        {"text": "%stream restar", "matches": {"restart"}},
        {"text": "🌊 = Math.hyp", "matches": {"hypot"}},
    ]

    complete_code_samples = [
        "1",
        "const words: string[] = []",
        "for (const n of [1, 2]) console.log(n)",
        "interface Mill { wheels: number }",
        "await Promise.resolve(1)",
        "%stream status",
        "lines\n  .map(l => l.length)",
    ]
    incomplete_code_samples = [
        "function count(",
        "const counts = {",
        "for (const n of [1, 2]) {",
        "const text = `first line",
        "[1, 2].map(n =>",
        "/* a comment",
    ]
    invalid_code_samples = ["import = 7q", "const 1 = 2", "let x = }", "1 +* 2"]

    code_page_something = "Math.max?"

    code_generate_error = 'throw new Error("no water in the race")'

    code_execute_result = [
        {"code": "6 * 7", "result": "42"},
        {"code": '"mill" + "race"', "result": "'millrace'"},
        {"code": "const wheel = 20; wheel + 22", "result": "42"},
        {"code": "await Promise.resolve([1, 2])", "result": "[ 1, 2 ]"},
        {"code": "[{ word: 'mill', count: 2 }]", "mime": "text/html"},
    ]

    code_display_data = [
        {"code": 'display.html("<b>mill</b>")', "mime": "text/html"},
        {"code": 'display.svg("<svg xmlns=\'http://www.w3.org/2000/svg\'/>")', "mime": "image/svg+xml"},
        {"code": 'display.markdown("*mill*")', "mime": "text/markdown"},
        {"code": 'display.latex("x^2")', "mime": "text/latex"},
        {"code": "display.json({ mill: 1 })", "mime": "application/json"},
        {"code": "display([1, 2])", "mime": "text/plain"},
    ]

    supported_history_operations = ("tail", "range", "search")
    code_history_pattern = "const wheel*"

    code_inspect_sample = "Math.max"

    code_clear_output = "clearOutput()"


class MillraceWelcomeTests(jupyter_kernel_test.IopubWelcomeTests):
    kernel_name = "millrace"
    support_iopub_welcome = True


if __name__ == "__main__":
    unittest.main()
