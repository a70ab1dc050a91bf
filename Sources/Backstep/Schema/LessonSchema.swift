import Forms
import Lessons
import NeuralNetworks
import Traces

/// The lesson language as a JSON Schema (draft 7). It is made from the forms that the reader uses, so that the two always agree.
///
/// Where a value may be one of several things, `if` and `then` say which it is, so that an editor shows the error in that thing rather than
/// that none of them fits.
package enum LessonSchema {
    package static let text = root.text

    private static let root: JSON = .object([
        "$schema": .string("http://json-schema.org/draft-07/schema#"),
        "title": .string("A Backstep lesson"),
        "description": .string("A network to trace, an expression to trace, an experiment to run, or a recording to draw."),
        "type": .string("object"),
        // For editors, which complete the keys of a lesson that does not say yet what it is.
        "properties": .object(
            LessonKind.allCases.flatMap(\.form.keys).reduce(into: []) { known, key in
                guard !known.contains(where: { $0.key == key.name }) else { return }
                known.append(JSON.Member(key: key.name, value: .object(["description": .string(key.about)])))
            }),
        "additionalProperties": .truth(false),
        "anyOf": .array(LessonKind.allCases.map { .object(["required": .array([.string($0.key)])]) }),
        "allOf": .array(LessonKind.allCases.map { when(.object(["required": .array([.string($0.key)])]), form($0.form)) }),
        "definitions": .object(
            definitions + [
                JSON.Member(key: "tensor", value: tensor),
                JSON.Member(key: "layers", value: .object(["type": .string("array"), "items": reference("layer")])),
            ]),
    ])

    /// Choices that the language uses in several places or, like layers, inside themselves.
    private static let shared = [
        LayerForms.layer, LayerForms.activation, LayerForms.normalization, LayerForms.initializer, LessonForms.figure,
    ]

    private static let definitions = shared.map { JSON.Member(key: $0.name, value: choice($0)) }

    private static let tensor: JSON = .object([
        "type": .string("array"),
        "items": .object(["anyOf": .array([.object(["type": .string("number")]), reference("tensor")])]),
    ])

    private static let examples = KeyExamples()

    private static func when(_ condition: JSON, _ then: JSON) -> JSON { .object(["if": condition, "then": then]) }

    private static func ofType(_ types: some Sequence<Shape>) -> JSON {
        let names = types.map { JSON.string($0.rawValue) }
        return .object(["type": names.count == 1 ? names[0] : .array(names)])
    }

    private static func reference(_ name: String) -> JSON { .object(["$ref": .string("#/definitions/\(name)")]) }

    private static func form(_ form: Form) -> JSON {
        var members: [JSON.Member] = [
            .init(key: "type", value: .string("object")), .init(key: "description", value: .string(form.about)),
            .init(key: "properties", value: .object(form.keys.map { JSON.Member(key: $0.name, value: key($0, in: form)) })),
            .init(key: "additionalProperties", value: .truth(false)),
        ]
        if !form.required.isEmpty { members.append(.init(key: "required", value: .array(form.required.map { .string($0) }))) }
        if form.takesOne {
            members += [.init(key: "minProperties", value: .integer(1)), .init(key: "maxProperties", value: .integer(1))]
        }
        return .object(members)
    }

    private static func key(_ key: Form.Key, in form: Form) -> JSON {
        var said = [JSON.Member(key: "description", value: .string(key.about))]
        if case .standard(let text) = key.presence {
            let value = standard(text, key.type)
            if value == nil { said = [JSON.Member(key: "description", value: .string("\(key.about); \(text) if not given"))] }
            if let value { said.append(JSON.Member(key: "default", value: value)) }
        }
        let found = examples.of(key, in: form)
        if !found.isEmpty { said.append(JSON.Member(key: "examples", value: .array(found))) }
        switch type(key.type) {
        // In draft 7, all other members of an object with $ref are ignored.
        case .object(let members) where members.first?.key == "$ref":
            return .object(said + [.init(key: "allOf", value: .array([.object(members)]))])
        case .object(let members): return .object(said + members.filter { $0.key != "description" })
        case let other: return other
        }
    }

    /// A default as JSON; nil if it is more than a number or a word.
    private static func standard(_ text: String, _ type: ValueType) -> JSON? {
        switch type {
        case .truth: .truth(text == "true")
        case .whole, .seed: Int(text).map(JSON.integer)
        case .number: Double(text).map(JSON.number)
        case .text, .word, .choice: .string(text)
        case .either(let types): types.lazy.compactMap { standard(text, $0) }.first
        case .tensor, .list, .table, .form, .layers, .kinds: nil
        }
    }

    /// The types of JSON; `number` includes integers.
    private enum Shape: String, CaseIterable { case object, array, string, number, boolean, null }

    private static func shapes(_ type: ValueType) -> Set<Shape> {
        switch type {
        case .text: [.string, .number, .boolean]
        case .truth: [.boolean]
        case .whole, .seed, .number: [.number]
        case .word(let words): words.allSatisfy { ["true", "false"].contains($0) } ? [.string, .boolean] : [.string]
        case .tensor, .list, .layers: [.array]
        case .table, .form, .kinds: [.object]
        case .either(let types): types.map(shapes).reduce([]) { $0.union($1) }
        case .choice: [.object, .string]
        }
    }

    /// One of several types. Types of JSON that only one of them has tell which it is.
    private static func either(_ types: [ValueType]) -> JSON {
        var parts: [(shapes: Set<Shape>, types: [ValueType])] = []
        for type in types {
            var part = (shapes: shapes(type), types: [type])
            for other in parts where !other.shapes.isDisjoint(with: part.shapes) {
                part.shapes.formUnion(other.shapes)
                part.types = other.types + part.types
            }
            parts.removeAll { !$0.shapes.isDisjoint(with: part.shapes) }
            parts.append(part)
        }
        func any(_ types: [ValueType]) -> JSON {
            if types.count == 1 { return type(types[0]) }
            return oneForm(of: types) ?? .object(["anyOf": .array(types.map(type))])
        }
        guard parts.count > 1 else { return any(types) }
        func inOrder(_ shapes: Set<Shape>) -> [Shape] { Shape.allCases.filter(shapes.contains) }
        return .object([
            "type": .array(inOrder(parts.reduce([]) { $0.union($1.shapes) }).map { .string($0.rawValue) }),
            "allOf": .array(parts.map { when(ofType(inOrder($0.shapes)), any($0.types)) }),
        ])
    }

    private static func type(_ type: ValueType) -> JSON {
        switch type {
        case .text: return .object(["type": .array([.string("string"), .string("number"), .string("boolean")])])
        case .truth: return .object(["type": .string("boolean")])
        case .whole(let range):
            var members = [JSON.Member(key: "type", value: .string("integer"))]
            if range.lowerBound > .min { members.append(.init(key: "minimum", value: .integer(range.lowerBound))) }
            if range.upperBound < .max { members.append(.init(key: "maximum", value: .integer(range.upperBound))) }
            return .object(members)
        // Without a maximum, since JSON readers would round 2⁶⁴ − 1.
        case .seed: return .object(["type": .string("integer"), "minimum": .integer(0)])
        case .number(let range):
            var members = [JSON.Member(key: "type", value: .string("number"))]
            switch range {
            case .any: break
            case .positive: members.append(.init(key: "exclusiveMinimum", value: .integer(0)))
            case .zeroOrMore: members.append(.init(key: "minimum", value: .integer(0)))
            case .fraction:
                members += [.init(key: "minimum", value: .integer(0)), .init(key: "exclusiveMaximum", value: .integer(1))]
            }
            return .object(members)
        case .word(let words): return .object(["enum": .array(words.map { .string($0) })])
        case .tensor: return reference("tensor")
        case .list(let element): return .object(["type": .string("array"), "items": self.type(element)])
        case .table(let value): return .object(["type": .string("object"), "additionalProperties": self.type(value)])
        case .form(let form): return self.form(form)
        case .either(let types): return either(types)
        case .choice(let choice): return shared.contains { $0.name == choice.name } ? reference(choice.name) : self.choice(choice)
        case .layers: return reference("layers")
        case .kinds(let forms):
            return .object([
                "type": .string("object"), "required": .array([.string("kind")]),
                "properties": .object(["kind": .object(["enum": .array(forms.map { .string($0.name) })])]),
                "allOf": .array(
                    forms.map {
                        let kind = JSON.object(["kind": .object(["const": .string($0.name)])])
                        return when(.object(["properties": kind, "required": .array([.string("kind")])]), form($0))
                    }),
            ])
        }
    }

    /// One of several forms that the keys they require tell apart; nil for other types.
    private static func oneForm(of types: [ValueType]) -> JSON? {
        var forms: [Form] = []
        for type in types { if case .form(let form) = type { forms.append(form) } else { return nil } }
        forms.sort { $0.required.count > $1.required.count }
        for (index, form) in forms.enumerated() {
            for other in forms[(index + 1)...] where form.required.allSatisfy({ other.key($0) != nil }) { return nil }
        }
        guard let last = forms.last else { return nil }
        return forms.dropLast().reversed().reduce(self.form(last)) { rest, form in
            .object([
                "if": .object(["required": .array(form.required.map { .string($0) })]), "then": self.form(form), "else": rest,
            ])
        }
    }

    private static func choice(_ choice: Choice) -> JSON {
        let bare = choice.options.filter { option in
            switch option.payload {
            case .nothing: true
            case .value: false
            case .form(let form, _): !form.keys.contains { $0.presence == .required }
            }
        }
        let words = choice.options.map { option in
            var payloads: [JSON]
            switch option.payload {
            case .nothing: payloads = [.object(["type": .string("null")])]
            case .value(let type): payloads = [self.type(type)]
            case .form(let form, let short):
                let isBare = bare.contains { $0.word == option.word }
                let others: [JSON] =
                    (short.flatMap { form.key($0) }.map { [type($0.type)] } ?? []) + (isBare ? [.object(["type": .string("null")])] : [])
                // A map is meant for the form, unless the short value is itself a map.
                let isPlain = short.flatMap { form.key($0) }.map { !shapes($0.type).contains(.object) } ?? true
                if isPlain, !others.isEmpty {
                    payloads = [
                        .object(["if": ofType([Shape.object]), "then": self.form(form), "else": .object(["anyOf": .array(others)])])
                    ]
                } else {
                    payloads = [self.form(form)] + others
                }
            }
            let payload = payloads.count == 1 ? payloads[0] : .object(["anyOf": .array(payloads)])
            return JSON.Member(
                key: option.word, value: .object(["description": .string(option.about), "allOf": .array([payload])]))
        }
        return .object([
            "if": ofType([Shape.object]),
            "then": .object([
                "properties": .object(words), "additionalProperties": .truth(false), "minProperties": .integer(1),
                "maxProperties": .integer(1),
            ]),
            "else": .object([
                "enum": .array(bare.map { .string($0.word) }), "enumDescriptions": .array(bare.map { .string($0.about) }),
            ]),
        ])
    }
}
