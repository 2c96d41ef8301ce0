"""Browsers that came by HTTPS come by nothing else any more (RFC 6797): said by every answer."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hygie.web.headers import TRANSPORT

NAME = b"strict-transport-security"


def strictly(app: ASGIApp) -> ASGIApp:
    """`app`, whose answers all say so: pages do by themselves, FHIR and the rest by this."""
    said = (NAME, TRANSPORT.encode())

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        async def send_strictly(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = list(message.get("headers", ()))
                if not any(name == NAME for name, _ in headers):
                    message = {**message, "headers": [*headers, said]}
            await send(message)

        await app(scope, receive, send_strictly)

    return serve
