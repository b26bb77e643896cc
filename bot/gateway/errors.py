"""One shape for every refusal: `{"error": {"code", "message": {"zh", "en"}}}`, each with its HTTP status.

The widget shows `message` as it is, so the words here are for people.
"""

from __future__ import annotations

from typing import NamedTuple

import orjson
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException


class Problem(NamedTuple):
    """A way to be refused."""

    status: int
    zh: str
    en: str


PROBLEMS = {
    "bad_json": Problem(400, "请求的内容不是有效的 JSON。", "The request body isn't valid JSON."),
    "bad_request": Problem(400, "请求有误。", "There's something wrong with this request."),
    "payload_not_offered": Problem(
        400,
        "这个按钮已经失效了，直接把想说的话打出来就好。",
        "That button is no longer valid. Just type what you'd like to say.",
    ),
    "not_rateable": Problem(400, "这条消息不能评价。", "This message can't be rated."),
    "session_missing": Problem(401, "请先开始会话。", "Start a session first."),
    "session_invalid": Problem(
        401, "会话无效，请刷新页面重新开始。", "This session isn't valid. Reload to start a new one."
    ),
    "session_expired": Problem(
        401, "会话已过期，请刷新页面重新开始。", "This session has expired. Reload to start a new one."
    ),
    "internal_unauthorized": Problem(401, "内部令牌不正确。", "The internal token is wrong."),
    "operator_unauthorized": Problem(401, "客服令牌不正确。", "The operator token is wrong."),
    "operator_disabled": Problem(
        401,
        "尚未开通人工客服：请先设置 YUBAN_OPERATOR_TOKEN。",
        "The operator desk is closed: set YUBAN_OPERATOR_TOKEN first.",
    ),
    "not_found": Problem(404, "没有这个地址。", "There is nothing at this address."),
    "message_not_found": Problem(404, "找不到这条消息。", "There is no such message."),
    "draft_not_found": Problem(
        404, "找不到这份稿子，或者它不能导出成这种格式。", "There is no such draft, or not in that format."
    ),
    "conversation_not_found": Problem(404, "找不到这个会话。", "There is no such conversation."),
    "widget_not_built": Problem(
        404, "聊天组件还没有构建，请先运行 make widget。", "The widget hasn't been built yet: run `make widget`."
    ),
    "method_not_allowed": Problem(405, "这个地址不支持该操作。", "This address doesn't take that method."),
    "handoff_over": Problem(409, "这次人工服务已经结束。", "This handoff is already over."),
    "message_too_long": Problem(
        413, "消息太长了，请控制在 2000 字以内。", "That message is too long. Please keep it under 2,000 characters."
    ),
    "body_too_large": Problem(413, "请求的内容太大了。", "The request body is too large."),
    "message_empty": Problem(
        422, "消息是空的，写点什么再发送吧。", "That message is empty. Write something and send it again."
    ),
    "invalid_request": Problem(422, "请求中有字段不正确。", "Some fields of the request aren't right."),
    "rate_limited": Problem(
        429, "发得太快了，请稍等片刻再试。", "That's a bit fast. Please wait a moment and try again."
    ),
    "turn_in_progress": Problem(
        429,
        "上一条消息还在处理，请等回复后再发。",
        "I'm still working on your last message. Please wait for the reply.",
    ),
    "too_many_streams": Problem(
        429, "打开的窗口太多了，请先关掉几个。", "This conversation is open in too many windows. Please close some."
    ),
    "internal_error": Problem(
        500, "我们这边出了点问题，请稍后再试。", "Something went wrong on our side. Please try again later."
    ),
    "unavailable": Problem(
        503, "服务暂时不可用，请稍后再试。", "The service isn't available right now. Please try again later."
    ),
}

_BY_STATUS = {
    400: "bad_request",
    404: "not_found",
    405: "method_not_allowed",
    413: "body_too_large",
    503: "unavailable",
}


class GatewayError(Exception):
    """A refusal by its code in `PROBLEMS`; `headers` go out with it, `fields` name what was wrong."""

    def __init__(self, code: str, *, headers: dict[str, str] | None = None, fields: list[str] | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.problem = PROBLEMS[code]
        self.headers = headers or {}
        self.fields = fields

    def body(self) -> bytes:
        """The JSON that goes out."""
        error: dict[str, object] = {
            "code": self.code,
            "message": {"zh": self.problem.zh, "en": self.problem.en},
        }
        if self.fields:
            error["fields"] = self.fields
        return orjson.dumps({"error": error})

    def response(self) -> Response:
        """The refusal as a response."""
        return Response(self.body(), self.problem.status, self.headers, media_type="application/json")


def install(app: FastAPI) -> None:
    """Answer every error of FastAPI and Starlette in our shape."""

    async def refused(request: Request, error: Exception) -> Response:
        assert isinstance(error, GatewayError)
        request.app.state.gateway.metrics.refused(error.code)
        return error.response()

    async def malformed(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        details = error.errors()
        if any(detail["type"] == "json_invalid" for detail in details):
            return await refused(request, GatewayError("bad_json"))
        fields = sorted({".".join(str(step) for step in detail["loc"][1:]) or "body" for detail in details})
        return await refused(request, GatewayError("invalid_request", fields=fields))

    async def http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        code = _BY_STATUS.get(error.status_code, "bad_request" if error.status_code < 500 else "internal_error")
        return await refused(request, GatewayError(code, headers=dict(error.headers or {})))

    async def crashed(request: Request, error: Exception) -> Response:
        # Starlette raises the error again once this is sent, and the server logs it.
        return await refused(request, GatewayError("internal_error"))

    app.add_exception_handler(GatewayError, refused)
    app.add_exception_handler(RequestValidationError, malformed)
    app.add_exception_handler(HTTPException, http)
    app.add_exception_handler(Exception, crashed)
