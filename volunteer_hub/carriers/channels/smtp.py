"""E-mail by SMTP, command by command, so that one knows how far one got."""

import re
import smtplib
import ssl
import time
from collections.abc import Callable

from volunteer_hub.carriers.channels.mime import write_mail
from volunteer_hub.carriers.channels.outcome import NotNow, Parcel, Refused, Taken, Unclear
from volunteer_hub.carriers.channels.route import Endpoint

CONNECTS_WITHIN = 10.0  # seconds
ANSWERS_WITHIN = 40.0  # seconds; shorter than a lease, so that nobody else takes over meanwhile
GOODBYE_WITHIN = 2.0  # seconds; nothing hangs on the answer to QUIT
# Letters on one connection.  Large receivers stop a sender somewhere beyond a hundred, with 421 in
# the middle of the next letter; going first costs one greeting in a hundred.
MOST_LETTERS = 100
# Seconds without a letter after which we go.  A server must wait five minutes (RFC 5321, 4.5.3.2.7)
# but may be short of places long before.
IDLE = 60.0
BAD_ADDRESS = (550, 551, 553)
OUR_FAULT = re.compile(r"^5\.7\.")  # policy: it speaks of us, not of the address
ENHANCED = re.compile(r"^\d\.\d{1,3}\.\d{1,3}")

Answer = tuple[int, bytes]


class SmtpChannel:
    """One connection, opened with the first letter and used again for the next."""

    def __init__(
        self, find: Callable[[], Endpoint], *, sender: str, envelope: str, helo: str
    ) -> None:
        self._find, self._sender, self._envelope, self._helo = find, sender, envelope, helo
        self._connection: smtplib.SMTP | None = None
        self._body = b""
        self._letters, self._used_at = 0, 0.0  # on this connection; monotonic seconds

    def prepare(self, parcel: Parcel) -> None:
        """Write the letter, connect if need be, then MAIL FROM and RCPT TO."""
        self._body = write_mail(parcel, sender=self._sender)
        if self._letters >= MOST_LETTERS or time.monotonic() - self._used_at > IDLE:
            self.close()
        fresh = self._connection is None
        try:
            unsaid = self._introduce(parcel)
        except NotNow:
            if fresh:
                raise
            unsaid = self._introduce(parcel)  # the server had closed the idle connection
        code, answer = self._ask(unsaid) if unsaid else self._hear("RCPT")
        if code in (250, 251, 252):
            return
        self.abandon()
        if code < 500:
            raise NotNow(answer)
        bad = code in BAD_ADDRESS and not OUR_FAULT.match(answer[4:])
        raise Refused(answer, address_is_bad=bad)

    def hand_over(self, parcel: Parcel) -> Taken:
        """Send DATA; only its final answer says whether the letter was taken."""
        code, answer = self._ask("DATA")
        if code != 354:
            raise self._not_taken(code, answer)
        connection = self._connection
        assert connection is not None
        try:
            self._letters, self._used_at = self._letters + 1, time.monotonic()
            connection.send(re.sub(rb"(?m)^\.", b"..", self._body) + b".\r\n")
            code, answer = _read(connection.getreply())
        except (OSError, smtplib.SMTPException) as error:
            self._drop()
            raise Unclear(f"No answer to the letter: {_name(error)}") from error
        if code == 250:
            return Taken(answer)
        raise self._not_taken(code, answer)

    def abandon(self) -> None:
        if self._connection is not None:
            try:
                self._connection.rset()
            except (OSError, smtplib.SMTPException):
                self._drop()

    def keep_heard(self) -> None:
        """What becomes of a letter is not said on this way."""

    def close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            try:
                if connection.sock is not None:
                    connection.sock.settimeout(GOODBYE_WITHIN)
                connection.quit()
            except (OSError, smtplib.SMTPException):
                connection.close()

    def _introduce(self, parcel: Parcel) -> str:
        """Say MAIL FROM; give the RCPT TO that is still to be said.

        None is if the server lets us say both in one go (RFC 2920): its answer comes next then.
        DATA never goes with them: the letter is marked as leaving before it is said.
        """
        if self._connection is None:
            self._connection = self._connect()
            self._letters, self._used_at = 0, time.monotonic()
        mail, rcpt = self._commands(parcel)
        in_one_go = self._connection.has_extn("pipelining")
        code, answer = self._ask(mail, *([rcpt] if in_one_go else []))
        if code != 250:
            # Nothing is wrong with this letter: the server does not want us as a sender.
            self._drop()
            raise NotNow(answer, channel_is_down=True)
        return "" if in_one_go else rcpt

    def _commands(self, parcel: Parcel) -> tuple[str, str]:
        """Write MAIL FROM and RCPT TO, and ask for reports where they are known."""
        address = _wire_address(parcel.address)
        mail, rcpt = f"MAIL FROM:<{self._envelope}>", f"RCPT TO:<{address}>"
        if not self._reports():
            return mail, rcpt
        tell_us = f"NOTIFY=SUCCESS,FAILURE,DELAY ORCPT=rfc822;{_xtext(address)}"
        return f"{mail} RET=HDRS ENVID={parcel.uuid}", f"{rcpt} {tell_us}"

    def _reports(self) -> bool:
        """Tell whether the server reports what becomes of a letter, under our own name for it."""
        return self._connection is not None and self._connection.has_extn("dsn")  # RFC 3461

    def _connect(self) -> smtplib.SMTP:
        try:
            there = self._find()
            connection = self._open(there)
        except (OSError, ValueError, smtplib.SMTPException) as error:
            raise NotNow(f"No connection: {_name(error)}", channel_is_down=True) from error
        try:
            if connection.sock is not None:
                connection.sock.settimeout(ANSWERS_WITHIN)
            if there.tls == "starttls":
                connection.starttls(context=ssl.create_default_context())
            connection.ehlo_or_helo_if_needed()
            if there.user:
                connection.login(there.user, there.password)
        except (OSError, smtplib.SMTPException) as error:
            connection.close()
            raise NotNow(f"No introduction: {_name(error)}", channel_is_down=True) from error
        return connection

    def _open(self, there: Endpoint) -> smtplib.SMTP:
        where = (there.host, there.port, self._helo, CONNECTS_WITHIN)
        if there.tls == "implicit":
            host, port, helo, timeout = where
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(host, port, helo, timeout=timeout, context=context)
        return smtplib.SMTP(*where)

    def _ask(self, *commands: str) -> tuple[int, str]:
        """Say commands in one go and hear what is said to the first; `_hear` the others' answers.

        A silence or a closed line is certain: no letter was under way.
        """
        assert self._connection is not None
        if any(end in command for command in commands for end in "\r\n"):
            raise ValueError("An address holds the end of a line.")
        try:
            self._connection.send("".join(f"{command}\r\n" for command in commands))
        except (OSError, smtplib.SMTPException) as error:
            self._drop()
            raise NotNow(f"No answer to {commands[0][:4]}: {_name(error)}") from error
        return self._hear(commands[0])

    def _hear(self, command: str) -> tuple[int, str]:
        assert self._connection is not None
        try:
            code, answer = _read(self._connection.getreply())
        except (OSError, smtplib.SMTPException) as error:
            self._drop()
            raise NotNow(f"No answer to {command[:4]}: {_name(error)}") from error
        if code == 421:  # the server closes the channel
            self._drop()
            raise NotNow(answer)
        return code, answer

    def _not_taken(self, code: int, answer: str) -> NotNow | Refused:
        self.abandon()
        return NotNow(answer) if code < 500 else Refused(answer)

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _read(answer: Answer) -> tuple[int, str]:
    code, text = answer
    return code, f"{code} {text.decode(errors='replace')}"


def _name(error: Exception) -> str:
    return f"{type(error).__name__} {error}".strip()


def _wire_address(address: str) -> str:
    user, _, domain = address.rpartition("@")
    return address if domain.isascii() else f"{user}@{domain.encode('idna').decode()}"


def _xtext(address: str) -> str:
    """Write an address as a parameter can carry it (RFC 3461, section 4)."""
    plain = (chr(byte) if 33 <= byte <= 126 else "" for byte in address.encode())
    return "".join(
        sign if sign and sign not in "+=" else f"+{byte:02X}"
        for sign, byte in zip(plain, address.encode(), strict=True)
    )
