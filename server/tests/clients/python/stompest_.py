"""stompest: the integration tests that the package ships, all that are not TLS."""

import importlib
import unittest

import stompest.tests
from checks import FEATURES, HOST, PORT, say

stompest.tests.HOST, stompest.tests.PORT = HOST, int(PORT)
shipped = importlib.import_module("stompest.tests.sync_client_integration_test")


class Config(shipped.StompConfig):
    """One test has the usual port written into it, and two where nobody listens."""

    def __init__(self, uri, **rest):
        uri = uri.replace("localhost:61613", f"{HOST}:{PORT}")
        uri = uri.replace("localhost:61610", f"{HOST}:1").replace("localhost:61611", f"{HOST}:2")
        super().__init__(uri, **rest)


shipped.StompConfig = Config
# Both for what must come and for what must not; 0.1 s is short on a busy machine.
shipped.SimpleStompIntegrationTest.TIMEOUT = 0.3


class Said(unittest.TestResult):
    def said(self, test, result, note=""):
        say("stompest", test._testMethodName, result, note)

    def addSuccess(self, test):
        self.said(test, "pass")

    def addError(self, test, err):
        self.said(test, "fail", self._exc_info_to_string(err, test))

    addFailure = addError


suite = unittest.TestSuite()
for name in FEATURES:
    suite.addTest(shipped.SimpleStompIntegrationTest(name))
suite.run(Said())
