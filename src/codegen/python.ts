import type { GeneratedText } from './generated-text';
import { PYTHON_ATTRIBUTE, uniqueNames } from './names';
import { PYTHON_PROPS } from './python-props';
import { quoted, summaryLine, unquoted, withHeader } from './text';
import type { AppReference, TypedConstruct } from './typed-construct';
import { API_TYPES, type ApiType } from '../operations/api-type';

/** The line of one operation, as it is read again from a file of an earlier time. */
const OPERATION = /^ {4}\S+: _T = _operation\(metadata=\{"name": ("(?:[^"\\]|\\.)*"), "route": ("(?:[^"\\]|\\.)*")\}\)$/;

/**
 * The typed construct of Python: one file, since Python packages of jsii hold no code written by hand. Names of the file
 * that could be names of operations begin with an underscore, as those of operations never do.
 */
export function pythonText(construct: TypedConstruct): GeneratedText {
  const { name, apiType, app, catchAll } = construct;
  const { className: Kind, title: called } = API_TYPES[apiType];
  const { names, warnings } = uniqueNames(construct.operations.map(({ key }) => key), PYTHON_ATTRIBUTE);
  const fields = construct.operations.map(({ key, route, summary }, index) => {
    const doc = summaryLine(summary);
    return `    ${names[index]}: _T = _operation(metadata={"name": ${quoted(key)}, "route": ${quoted(route)}})\n${doc === undefined ? '' : `    """${docstring(doc)}"""\n`}`;
  });
  const title = `The ${called} API of \`\`${docstring(app.directory)}\`\``;
  return {
    warnings,
    text: withHeader('#', `# ruff: noqa
"""${title}, with typed operations."""

from __future__ import annotations

from dataclasses import dataclass as _dataclass${fields.length > 0 ? ', field as _operation' : ''}, fields as _fields
from functools import cached_property as _cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable, ClassVar, Concatenate, Generic, Mapping, NewType, ParamSpec, Sequence, TypeVar

import cdk_fastapi
${IMPORTS[apiType]}

_T = TypeVar("_T")
_P = ParamSpec("_P")
_Core = cdk_fastapi.${Kind}ApiIntegrationBuilder

${name}Name = NewType("${name}Name", str)


@_dataclass(frozen=True, kw_only=True)
class ${name}Operations(Generic[_T]):
    """One value for each operation."""
${fields.length > 0 ? `\n${fields.join('')}` : ''}

_FIELDS = _fields(${name}Operations)
_ROUTES = {field.metadata["name"]: field.metadata["route"] for field in _FIELDS}


def _each(value: Callable[[${name}Name], _T]) -> ${name}Operations[_T]:
    return ${name}Operations(**{field.name: value(field.metadata["name"]) for field in _FIELDS})


def _app() -> cdk_fastapi.FastApiApp:
    return ${appExpression(app)}


def _whole(value: cdk_fastapi.${Kind}ApiIntegration | dict[str, Any]) -> cdk_fastapi.${Kind}ApiIntegration:
    """With every member checked: of a dict within a map jsii would drop some without a word."""
    struct = cdk_fastapi.${Kind}ApiIntegration(**value) if isinstance(value, dict) else value
    return _Core.describe(integration=struct.integration, options=struct.options, pattern=struct.pattern)


@_dataclass(frozen=True)
class ${name}Integration:
    """What answers one operation."""

    name: ${name}Name
    core: cdk_fastapi.Bound${Kind}ApiIntegration

    @property
    def handler(self) -> aws_lambda.Function:
        """The function; raises for an operation that was overridden."""
        handler = self.core.handler
        if handler is None:
            operation = self.core.operation
            raise AttributeError(
                "\`handler\` needs an operation that a function of this app answers, "
                f"got: \`{self.name}\` ({operation.method} {operation.path}), which was overridden; "
                "take its integration from \`core\`, or leave the override out"
            )
        return handler

    @property
    def alias(self) -> aws_lambda.Alias:
        """The alias by which the API invokes the function; raises for a function without versions, and for an operation that was overridden."""
        alias = self.core.alias
        if alias is None:
            self.handler
            operation = self.core.operation
            raise AttributeError(
                f"\`alias\` needs a function with versions, got: \`{self.name}\` ({operation.method} {operation.path}), "
                "whose function has none; give it \`currentVersionOptions\` or \`snapStart\`"
            )
        return alias


def _step(core: Callable[Concatenate[_Core, _P], _Core]) -> Callable[Concatenate[${name}IntegrationBuilder, _P], ${name}IntegrationBuilder]:
    def step(self: ${name}IntegrationBuilder, /, *args: _P.args, **kwargs: _P.kwargs) -> ${name}IntegrationBuilder:
        return ${name}IntegrationBuilder(core(self.core, *args, **kwargs))

    return step


def _named_step(
    core: Callable[Concatenate[_Core, str, _P], _Core],
) -> Callable[Concatenate[${name}IntegrationBuilder, ${name}Name, _P], ${name}IntegrationBuilder]:
    def step(self: ${name}IntegrationBuilder, name: ${name}Name, /, *args: _P.args, **kwargs: _P.kwargs) -> ${name}IntegrationBuilder:
        return ${name}IntegrationBuilder(core(self.core, name, *args, **kwargs))

    return step


class ${name}IntegrationBuilder:
    """Builds the integrations; every step gives a new builder."""

    def __init__(self, core: _Core) -> None:
        self.core = core

    with_default_options = _step(_Core.with_default_options)
    with_operation_options = _named_step(_Core.with_operation_options)
    with_group_options = _step(_Core.with_group_options)
    with_override = _named_step(_Core.with_override)

    def with_overrides(self, overrides: Mapping[${name}Name, cdk_fastapi.${Kind}ApiIntegration]) -> ${name}IntegrationBuilder:
        """Other integrations for some operations."""
        return ${name}IntegrationBuilder(self.core.with_overrides({str(name): _whole(value) for name, value in overrides.items()}))

    def build(self) -> ${name}Operations[cdk_fastapi.${Kind}ApiIntegration]:
        """The integrations: a value for \`\`integrations\`\` of the API."""
        return _each(self.core.to_integrations().__getitem__)


class ${name}(cdk_fastapi.FastApi${Kind}Api):
    """${title}."""

    names: ClassVar[${name}Operations[${name}Name]] = _each(lambda name: name)

    @staticmethod
    def default_integrations(  # type: ignore[override]
        scope: Construct,
        app: cdk_fastapi.FastApiApp | None = None,
        *,
        factory: cdk_fastapi.I${Kind}ApiIntegrationFactory | None = None,
        groups: cdk_fastapi.OperationGroups | None = None,
        pattern: cdk_fastapi.IntegrationPattern | None = None,
        router: aws_lambda.IFunction | None = None,
    ) -> ${name}IntegrationBuilder:
        """The integrations that the API has by default, as a builder that changes them."""
        return ${name}IntegrationBuilder(
            cdk_fastapi.FastApi${Kind}Api.default_integrations(
                scope, app or _app(), factory=factory, groups=groups, pattern=pattern, router=router, expected_operations=_ROUTES
            )
        )

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        app: cdk_fastapi.FastApiApp | None = None,
        integrations: ${name}Operations[cdk_fastapi.${Kind}ApiIntegration] | None = None,
${PYTHON_PROPS[apiType].map(([prop, type]) => `        ${prop}: ${type} | None = ${catchAll && prop === 'catch_all' ? 'True' : 'None'},\n`).join('')}    ) -> None:
        super().__init__(
            scope,
            id,
            app=app or _app(),
            integrations=None if integrations is None else {field.metadata["name"]: _whole(getattr(integrations, field.name)) for field in _FIELDS},
            expected_operations=_ROUTES,
${PYTHON_PROPS[apiType].map(([prop]) => `            ${prop}=${prop},\n`).join('')}        )

    @_cached_property
    def operation(self) -> ${name}Operations[${name}Integration]:
        """What answers each operation."""
        core = self.integrations
        return _each(lambda name: ${name}Integration(name, core[name]))

    if TYPE_CHECKING:  # Names only: JavaScript would call a real override back.

        def grant_invoke_access(  # type: ignore[override]
            self, grantee: aws_iam.IGrantable, *, operations: Sequence[${name}Name] | None = None
        ) -> aws_iam.Grant: ...
`),
  };
}

/** The operations of a file that was generated before. */
export function pythonOperations(text: string): Map<string, string> {
  const lines = text.split('\n').map((line) => OPERATION.exec(line)).filter((match) => match !== null);
  return new Map(lines.map(([, key, route]) => [unquoted(key) ?? key, unquoted(route) ?? route]));
}

/** What the file imports, by the type of its API. */
const IMPORTS: Readonly<Record<ApiType, string>> = {
  rest: 'import aws_cdk\nfrom aws_cdk import aws_apigateway, aws_iam, aws_lambda\nfrom constructs import Construct',
  http: 'from aws_cdk import aws_apigatewayv2, aws_iam, aws_lambda\nfrom constructs import Construct',
};

/** Relative to the file itself: the construct works from any working directory. */
function appExpression({ directory, entrypoint, openApi }: AppReference): string {
  const here = (path: string): string => `str(Path(__file__).parent.joinpath(${quoted(path)}).resolve())`;
  const options = [
    ...entrypoint === undefined ? [] : [`entrypoint=${quoted(entrypoint)}`],
    ...openApi === undefined ? [] : [`open_api=cdk_fastapi.OpenApiSource.from_file(${here(openApi)})`],
  ];
  return `cdk_fastapi.FastApiApp.from_directory(${[here(directory), ...options].join(', ')})`;
}

function docstring(text: string): string {
  return text.replace(/\\/g, '\\\\').replace(/"/g, '\\"');
}
