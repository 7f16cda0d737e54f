"""graph and permissions: nothing is asked of Semaphore."""

from functools import partial

from reconciler.cli.exit_codes import DONE
from reconciler.cli.flows.invocation import Invocation
from reconciler.cli.flows.online import OnlineInvocation
from reconciler.cli.options import Options
from reconciler.model import DesiredState
from reconciler.planning import names
from reconciler.planning import permissions as permitting
from reconciler.render import permissions as permits
from reconciler.render.formats import Answer
from reconciler.render.graph import drawing


def graph(asked: Options) -> int:
    invocation = Invocation.of(asked)
    invocation.tell(drawing(_declared(invocation)))
    return DONE


def permissions(asked: Options) -> int:
    invocation = OnlineInvocation.of(asked)
    state = _declared(invocation)
    needs = permitting.needs(state, prune=invocation.request(state).prune)
    number = len(state.objects)
    said = Answer(partial(permits.text, needs, number), partial(permits.document, needs, number))
    invocation.tell(said)
    return DONE


def _declared(invocation: Invocation) -> DesiredState:
    declared = invocation.declared(planned=False)
    return names.with_names(declared, names.given(declared))
