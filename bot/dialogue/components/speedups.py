"""Replacements for the parts of Rasa 3.6.21 that a turn spends its time in.

Rasa 3.6 is frozen, so what it does here is known exactly: each replacement does the same, and is installed only over the very
source it was written against — a changed Rasa stops the server with a message instead of misbehaving. Measured shares of a
turn that calls an action, stock Rasa:

- 60 %: the JSON schema of action replies is re-checked and re-compiled on every reply → compiled once;
- 15 %: the graph of components is planned by dask on every call → planned once per target;
- the rest, in small pieces: a new HTTP connection for every action call, the whole domain serialised into each, trackers
  copied by replaying their history, values deep-copied for log lines that nobody reads.
"""

from __future__ import annotations

import hashlib
import inspect
import json
import logging
import types
from typing import Any, Callable, Dict, List, Optional, Text, Tuple

import aiohttp
import jsonschema
import ujson
from rasa.core import processor
from rasa.core.actions import action as rasa_actions
from rasa.core.actions.action import RemoteAction
from rasa.engine.exceptions import GraphRunError
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import ClientResponseError, EndpointConfig

logger = logging.getLogger(__name__)

ACTION_TIMEOUT_S = 20  # an action that takes longer answers late, through the gateway

# The first 16 hex digits of the SHA-256 of the source that each replacement stands in for.
EXPECTED: Dict[Text, Text] = {
    "RemoteAction._validate_action_result": "f8cdb4be68123961",
    "RemoteAction._action_call_format": "428795b944f22edb",
    "DaskGraphRunner.run": "45f0f52f574f3aa9",
    "DialogueStateTracker.copy": "dfa48dca9f355ad1",
    "DialogueStateTracker.travel_back_in_time": "09d16f28f007492f",
    "EndpointConfig.request": "ccdb778aed8208e2",
}


class UnexpectedRasa(RuntimeError):
    """This Rasa is not the one the replacements were written for."""


def digest(function: Callable[..., Any]) -> Text:
    return hashlib.sha256(inspect.getsource(function).encode()).hexdigest()[:16]


_VALIDATE = jsonschema.Draft7Validator(RemoteAction.action_response_format_spec())


def _validate_action_result(self: RemoteAction, result: Dict[Text, Any]) -> bool:
    error = jsonschema.exceptions.best_match(_VALIDATE.iter_errors(result))
    if error is not None:
        error.message += ". Failed to validate Action server response from API."
        raise error
    return True


def _planned_run(
    self: DaskGraphRunner, inputs: Optional[Dict[Text, Any]] = None, targets: Optional[List[Text]] = None
) -> Dict[Text, Any]:
    """As ``DaskGraphRunner.run``, with the order of nodes worked out on the first call for these targets."""
    wanted = tuple(targets or self._graph_schema.target_names)
    plans: Dict[Tuple[Text, ...], List[Tuple[Text, Any, List[Text]]]] = self.__dict__.setdefault("_plans", {})
    plan = plans.get(wanted)
    if plan is None:
        plan = plans[wanted] = _plan(self, list(wanted))
    results: Dict[Text, Any] = {name: (name, value) for name, value in (inputs or {}).items()}
    try:
        for name, node, needs in plan:
            results[name] = node(*(results.get(need, need) for need in needs))
    except RuntimeError as error:
        raise GraphRunError("Error running runner.") from error
    return dict(results[name] for name in wanted)


def _plan(runner: DaskGraphRunner, targets: List[Text]) -> List[Tuple[Text, Any, List[Text]]]:
    schema = runner._graph_schema.minimal_graph_schema(targets)
    order: List[Tuple[Text, Any, List[Text]]] = []
    done = set()

    def visit(name: Text) -> None:
        if name in done or name not in schema.nodes:
            return
        done.add(name)
        needs = list(schema.nodes[name].needs.values())
        for need in needs:
            visit(need)
        order.append((name, runner._instantiated_nodes[name], needs))

    for target in targets:
        visit(target)
    return order


def _copy(self: DialogueStateTracker) -> DialogueStateTracker:
    """A copy that shares the (immutable in practice) events and owns its slots: no replay."""
    twin = DialogueStateTracker.__new__(type(self))
    twin.__dict__.update(self.__dict__)
    twin.events = self.events.copy()
    slots = type(self.slots)()
    for name, slot in self.slots.items():
        slots[name] = own = slot.__class__.__new__(slot.__class__)
        own.__dict__.update(slot.__dict__)
    twin.slots = slots
    # Rasa's copy is rebuilt from events, which do not carry the model's id.
    twin.model_id = twin.assistant_id = None
    return twin


def _action_call_format(self: RemoteAction, tracker: DialogueStateTracker, domain: Domain) -> Dict[Text, Any]:
    """As Rasa's, with the domain serialised once and only sent where rasa-sdk reads it: to form validation.

    The key must be there even when empty: rasa-sdk ≥ 3.9 answers 449, and the user gets nothing, when it is missing.
    """
    body = _plain_call(self, tracker, domain)
    body["domain"] = _domain_dict(domain) if self._name.startswith("validate_") else {}
    return body


def _plain_call(action: RemoteAction, tracker: DialogueStateTracker, domain: Domain) -> Dict[Text, Any]:
    from rasa import __version__
    from rasa.shared.core.trackers import EventVerbosity

    return {
        "next_action": action._name,
        "sender_id": tracker.sender_id,
        "tracker": tracker.current_state(EventVerbosity.ALL),
        "version": __version__,
    }


def _domain_dict(domain: Domain) -> Dict[Text, Any]:
    cached = domain.__dict__.get("_yuban_dict")
    if cached is None:
        cached = domain.__dict__["_yuban_dict"] = domain.as_dict()
    return cached


async def _request(
    self: EndpointConfig,
    method: Text = "post",
    subpath: Optional[Text] = None,
    content_type: Optional[Text] = "application/json",
    compress: bool = False,
    **kwargs: Any,
) -> Optional[Any]:
    """As ``EndpointConfig.request``, over one kept connection pool and with a bound on the time."""
    if "json" not in kwargs or subpath or compress or self.cafile:
        return await _stock_request(self, method, subpath, content_type, compress, **kwargs)
    session = self.__dict__.get("_yuban_session")
    if session is None or session.closed:
        session = self.__dict__["_yuban_session"] = aiohttp.ClientSession(
            auth=aiohttp.BasicAuth(self.basic_auth["username"], self.basic_auth["password"])
            if self.basic_auth
            else None,
            timeout=aiohttp.ClientTimeout(total=ACTION_TIMEOUT_S, connect=2),
            connector=aiohttp.TCPConnector(limit=64, keepalive_timeout=60),
        )
    body = ujson.dumps(kwargs["json"], ensure_ascii=False).encode()
    headers = {"Content-Type": "application/json", **(self.headers or {})}
    async with session.request(
        method, self.url, data=body, headers=headers, params=self.combine_parameters({})
    ) as answer:
        payload = await answer.read()
        if answer.status >= 400:
            raise ClientResponseError(answer.status, answer.reason, payload)
        return json.loads(payload) if payload else None


_stock_request = EndpointConfig.request

# Rasa deep-copies values into debug log lines, whether or not anybody listens. Nothing else in these modules copies.
_no_copies = types.SimpleNamespace(deepcopy=lambda value: value, copy=lambda value: value)


def install() -> None:
    """Put the replacements in place, once.

    Raises:
        UnexpectedRasa: a function to be replaced is not the one this file was written against.
    """
    if DaskGraphRunner.run is _planned_run:
        return
    targets = {
        "RemoteAction._validate_action_result": RemoteAction._validate_action_result,
        "RemoteAction._action_call_format": RemoteAction._action_call_format,
        "DaskGraphRunner.run": DaskGraphRunner.run,
        "DialogueStateTracker.copy": DialogueStateTracker.copy,
        "DialogueStateTracker.travel_back_in_time": DialogueStateTracker.travel_back_in_time,
        "EndpointConfig.request": EndpointConfig.request,
    }
    for name, function in targets.items():
        if digest(function) != EXPECTED[name]:
            raise UnexpectedRasa(
                f"{name} differs from Rasa 3.6.21's. Install `rasa==3.6.21` (bot/dialogue/requirements.txt), or compare "
                f"the two and update bot/dialogue/components/speedups.py."
            )
    RemoteAction._validate_action_result = _validate_action_result
    RemoteAction._action_call_format = _action_call_format
    DaskGraphRunner.run = _planned_run
    DialogueStateTracker.copy = _copy
    EndpointConfig.request = _request
    rasa_actions.DEFAULT_REQUEST_TIMEOUT = ACTION_TIMEOUT_S
    processor.copy = _no_copies
    logger.info("Rasa 3.6.21 with Yuban's replacements.")
