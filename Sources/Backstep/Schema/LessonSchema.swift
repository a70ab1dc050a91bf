import Forms
import Lessons
import NeuralNetworks
import Traces

/// The lesson language as a JSON Schema (draft 7). It is made from the forms that the reader uses, so that the two always agree.
package enum LessonSchema {
    package static let text = root.text

    private static let root: JSON = .object([
        "$schema": .string("http://json-schema.org/draft-07/schema#"),
        "title": .string("A Backstep lesson"),
        "description": .string("A network to trace, an expression to trace, an experiment to run, or a recording to draw."),
        "type": .string("object"),
        "oneOf": .array(LessonForms.lessons.map { form($0.form) }),
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

    private static func reference(_ name: String) -> JSON { .object(["$ref": .string("#/definitions/\(name)")]) }

    private static func form(_ form: Form) -> JSON {
        var members: [JSON.Member] = [
            .init(key: "type", value: .string("object")), .init(key: "description", value: .string(form.about)),
            .init(key: "properties", value: .object(form.keys.map { JSON.Member(key: $0.name, value: key($0)) })),
            .init(key: "additionalProperties", value: .truth(false)),
        ]
        let required = form.keys.filter { $0.presence == .required }.map { JSON.string($0.name) }
        if !required.isEmpty { members.append(.init(key: "required", value: .array(required))) }
        if form.takesOne {
            members += [.init(key: "minProperties", value: .integer(1)), .init(key: "maxProperties", value: .integer(1))]
        }
        return .object(members)
    }

    private static func key(_ key: Form.Key) -> JSON {
        var about = key.about
        if case .standard(let value) = key.presence { about += "; \(value) if not given" }
        let said = JSON.Member(key: "description", value: .string(about))
        switch type(key.type) {
        // In draft 7, all other members of an object with $ref are ignored.
        case .object(let members) where members.first?.key == "$ref":
            return .object([said, .init(key: "allOf", value: .array([.object(members)]))])
        case .object(let members): return .object([said] + members.filter { $0.key != "description" })
        case let other: return other
        }
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
        case .either(let types): return .object(["anyOf": .array(types.map(self.type))])
        case .choice(let choice): return shared.contains { $0.name == choice.name } ? reference(choice.name) : self.choice(choice)
        case .layers: return reference("layers")
        case .kinds(let forms): return .object(["type": .string("object"), "oneOf": .array(forms.map(form))])
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
        var ways: [JSON] = bare.map { .object(["const": .string($0.word), "description": .string($0.about)]) }
        for option in choice.options {
            var payloads: [JSON]
            switch option.payload {
            case .nothing: payloads = [.object(["type": .string("null")])]
            case .value(let type): payloads = [self.type(type)]
            case .form(let form, let short):
                payloads = [self.form(form)]
                if let short, let key = form.keys.first(where: { $0.name == short }) { payloads.append(type(key.type)) }
                if bare.contains(where: { $0.word == option.word }) { payloads.append(.object(["type": .string("null")])) }
            }
            let payload = payloads.count == 1 ? payloads[0] : .object(["anyOf": .array(payloads)])
            ways.append(
                .object([
                    "type": .string("object"), "description": .string(option.about),
                    "properties": .object([JSON.Member(key: option.word, value: payload)]),
                    "required": .array([.string(option.word)]), "additionalProperties": .truth(false),
                ]))
        }
        return .object(["anyOf": .array(ways)])
    }
}
