import Forms
import Lessons
import NeuralNetworks
import Traces

/// What the bundled lessons say for each key, as examples for the schema.
struct KeyExamples {
    private struct Place: Hashable {
        /// Two forms may have the same name, as those of data written out and of data in a file.
        var form, about: String
        var key: String

        init(_ key: Form.Key, in form: Form) { (self.form, about, self.key) = (form.name, form.about, key.name) }
    }

    private var found: [Place: [JSON]] = [:]
    private static let most = 3
    /// The longest example, in bytes of JSON.
    private static let longest = 80

    init() {
        for lesson in BundledLessons.all {
            guard let root = LessonReader.document(in: lesson.bytes) else { continue }
            for kind in LessonKind.allCases where root[kind.key] != nil { look(at: root, kind.form) }
        }
    }

    func of(_ key: Form.Key, in form: Form) -> [JSON] { found[Place(key, in: form)] ?? [] }

    private mutating func look(at value: WrittenValue, _ form: Form) {
        for key in form.keys {
            guard let part = value[key.name] else { continue }
            let place = Place(key, in: form)
            if Self.isFree(key.type), let json = part.json, json.text.utf8.count <= Self.longest,
                found[place, default: []].count < Self.most,
                found[place]?.contains(json) != true
            {
                found[place, default: []].append(json)
            }
            look(at: part, key.type)
        }
    }

    private mutating func look(at value: WrittenValue, _ type: ValueType) {
        switch type {
        case .text, .truth, .whole, .seed, .number, .word, .tensor, .table: break
        case .list(let element): for part in value.elements ?? [] { look(at: part, element) }
        case .form(let form): look(at: value, form)
        case .either(let types):
            for type in types {
                if case .form(let form) = type, !value.has(only: form) { continue }
                look(at: value, type)
            }
        case .choice(let choice):
            for option in choice.options {
                guard let payload = value[option.word] else { continue }
                switch option.payload {
                case .nothing: break
                case .value(let type): look(at: payload, type)
                case .form(let form, _): look(at: payload, form)
                }
            }
        case .layers: for part in value.elements ?? [] { look(at: part, .choice(LayerForms.layer)) }
        case .kinds(let forms):
            guard case .scalar(let kind, _) = value["kind"]?.content, let form = forms.first(where: { $0.name == kind }) else { break }
            look(at: value, form)
        }
    }

    /// Whether a value is not one of a few words, which the schema lists.
    private static func isFree(_ type: ValueType) -> Bool {
        switch type {
        case .text, .whole, .seed, .number, .tensor, .table: true
        case .list(let element): isFree(element)
        case .either(let types): types.allSatisfy(isFree)
        case .truth, .word, .form, .choice, .layers, .kinds: false
        }
    }
}

extension WrittenValue {
    /// Whether it is a map with all keys that the form requires, and no others than the form's.
    fileprivate func has(only form: Form) -> Bool {
        guard case .map(let entries) = content else { return false }
        return entries.allSatisfy { form.key($0.key) != nil } && form.required.allSatisfy { self[$0] != nil }
    }

    /// Nil if it names numbers of a file.
    fileprivate var json: JSON? {
        switch content {
        case .scalar(let text, let isPlain):
            if isPlain, let number = Int(text) { return .integer(number) }
            if isPlain, let number = Double(text) { return .number(number) }
            if isPlain, text == "true" || text == "false" { return .truth(text == "true") }
            return .string(text)
        case .list(let values):
            let parts = values.compactMap(\.json)
            return parts.count == values.count ? .array(parts) : nil
        case .map(let entries):
            let members = entries.compactMap { entry in entry.value.json.map { JSON.Member(key: entry.key, value: $0) } }
            return members.count == entries.count ? .object(members) : nil
        case .numbers: return nil
        }
    }
}
