using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;

namespace SecretProviders.Tests.PublicApi;

/// <summary>
/// What users of an assembly may name, as text in a fixed order: types and their public and protected members. What the
/// compiler adds to records is left out, and so are attributes and nullability.
/// </summary>
internal static class PublicApiText
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    public static string Of(Assembly assembly) => Of(assembly.GetTypes().Where(IsVisible));

    public static string Of(IEnumerable<Type> types)
    {
        var text = new StringBuilder();
        foreach (var type in types.OrderBy(TypeNames.Of, StringComparer.Ordinal))
        {
            text.Append(Header(type)).Append('\n');
            foreach (var member in Members(type).Order(StringComparer.Ordinal))
            {
                text.Append("    ").Append(member).Append('\n');
            }
        }

        return text.ToString();
    }

    private static bool IsVisible(Type type) =>
        type.IsNested ? IsVisible(type.DeclaringType!) && (type.IsNestedPublic || type.IsNestedFamily || type.IsNestedFamORAssem) : type.IsPublic;

    private static string Header(Type type)
    {
        var kind = type.IsEnum ? "enum" : type.IsInterface ? "interface" : type.IsValueType ? "struct" : typeof(Delegate).IsAssignableFrom(type) ? "delegate" : "class";
        var modifiers = kind != "class" ? "" : type is { IsAbstract: true, IsSealed: true } ? "static " : type.IsAbstract ? "abstract " : type.IsSealed ? "sealed " : "";
        var inherited = type.BaseType?.GetInterfaces() ?? [];
        var bases = kind == "class" && type.BaseType != typeof(object) ? [TypeNames.Of(type.BaseType!)] : Enumerable.Empty<string>();
        IEnumerable<string> interfaces = kind is "enum" or "delegate" ? [] : type.GetInterfaces().Except(inherited).Select(TypeNames.Of).Order(StringComparer.Ordinal);
        var all = string.Join(", ", bases.Concat(interfaces));
        return $"{modifiers}{kind} {TypeNames.Of(type)}{(all.Length == 0 ? "" : $" : {all}")}";
    }

    private static IEnumerable<string> Members(Type type) =>
        type.IsEnum
            ? type.GetFields(BindingFlags.Public | BindingFlags.Static).Select(static field => $"{field.Name} = {Constant(field.GetRawConstantValue())}")
            : type.GetMembers(Declared).Select(Member).OfType<string>();

    private static string? Member(MemberInfo member) => member switch
    {
        ConstructorInfo { IsStatic: false } constructor when IsVisible(constructor) && IsWritten(constructor) => $"{Access(constructor)}.ctor({Parameters(constructor)})",
        MethodInfo method when IsVisible(method) && IsWritten(method) => Method(method),
        PropertyInfo property when property.GetAccessors(nonPublic: true).Any(IsVisible) && IsWritten(property) => Property(property),
        EventInfo { AddMethod: { } add } @event when IsVisible(add) => $"{Access(add)}event {TypeNames.Of(@event.EventHandlerType!)} {@event.Name}",
        FieldInfo { IsPublic: true } or FieldInfo { IsFamily: true } or FieldInfo { IsFamilyOrAssembly: true } => Field((FieldInfo)member),
        _ => null,
    };

    private static bool IsVisible(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static bool IsWritten(MemberInfo member) =>
        !member.IsDefined(typeof(CompilerGeneratedAttribute), inherit: false)
        && member.Name != "EqualityContract"
        && (!((member as MethodInfo)?.IsSpecialName ?? false) || member.Name.StartsWith("op_", StringComparison.Ordinal));

    private static string Method(MethodInfo method)
    {
        var arguments = method.GetGenericArguments();
        var generic = arguments.Length == 0 ? "" : $"<{string.Join(", ", arguments.Select(TypeNames.Of))}>";
        return $"{Access(method)}{TypeNames.Of(method.ReturnType)} {method.Name}{generic}({Parameters(method)})";
    }

    private static string Property(PropertyInfo property)
    {
        var visible = property.GetAccessors(nonPublic: true).Where(IsVisible).ToArray();
        var set = property.SetMethod is { } setter && IsVisible(setter)
            ? setter.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)) ? " init;" : " set;"
            : "";
        var index = property.GetIndexParameters() is { Length: > 0 } parameters ? $"[{Parameters(parameters)}]" : "";
        var required = property.IsDefined(typeof(RequiredMemberAttribute)) ? "required " : "";
        return $"{required}{Access(visible[0])}{TypeNames.Of(property.PropertyType)} {property.Name}{index} {{{(property.GetMethod is { } get && IsVisible(get) ? " get;" : "")}{set} }}";
    }

    private static string Field(FieldInfo field) =>
        (field.IsPublic ? "" : "protected ")
        + (field.IsLiteral ? "const " : (field.IsStatic ? "static " : "") + (field.IsInitOnly ? "readonly " : ""))
        + $"{TypeNames.Of(field.FieldType)} {field.Name}{(field.IsLiteral ? $" = {Constant(field.GetRawConstantValue())}" : "")}";

    private static string Access(MethodBase method) =>
        (method.IsPublic ? "" : "protected ")
        + (method.IsStatic ? "static "
            : method.DeclaringType!.IsInterface ? ""
            : method is MethodInfo info && info.GetBaseDefinition() != info ? (method.IsFinal ? "sealed override " : "override ")
            : method.IsAbstract ? "abstract "
            : method is { IsVirtual: true, IsFinal: false } ? "virtual " : "");

    private static string Parameters(MethodBase method) =>
        (method.IsDefined(typeof(ExtensionAttribute), inherit: false) ? "this " : "") + Parameters(method.GetParameters());

    private static string Parameters(ParameterInfo[] parameters) => string.Join(", ", parameters.Select(Parameter));

    private static string Parameter(ParameterInfo parameter)
    {
        var by = !parameter.ParameterType.IsByRef ? "" : parameter.IsOut ? "out " : parameter.IsIn ? "in " : "ref ";
        var list = parameter.IsDefined(typeof(ParamArrayAttribute)) || parameter.IsDefined(typeof(ParamCollectionAttribute)) ? "params " : "";
        var isStruct = parameter.ParameterType.IsValueType && Nullable.GetUnderlyingType(parameter.ParameterType) is null;
        var value = !parameter.HasDefaultValue ? "" : isStruct && parameter.RawDefaultValue is null ? " = default" : $" = {Constant(parameter.RawDefaultValue)}";
        return $"{list}{by}{TypeNames.Of(parameter.ParameterType)} {parameter.Name}{value}";
    }

    private static string Constant(object? value) => value switch
    {
        null => "null",
        string text => $"\"{text}\"",
        bool flag => flag ? "true" : "false",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };
}
