import Autodiff
import Foundation
import Testing

@testable import Experiments
@testable import Forms
@testable import Lessons
@testable import NeuralNetworks
@testable import NumberFiles

/// The tables of the language agree with themselves.
@Suite struct FormsTests {
    static let forms: [Form] = {
        var forms: [Form] = LessonKind.allCases.map(\.form)
        var index = 0
        while index < forms.count {
            for key in forms[index].keys { forms += inner(key.type) }
            index += 1
        }
        return forms + LayerForms.layer.options.flatMap { inner(.choice(Choice("", [$0]))) }
    }()

    private static func inner(_ type: ValueType) -> [Form] {
        switch type {
        case .form(let form): [form]
        case .kinds(let forms): forms
        case .either(let types): types.flatMap(inner)
        case .list(let element), .table(let element): inner(element)
        case .choice(let choice):
            choice.options.flatMap { option -> [Form] in
                if case .form(let form, _) = option.payload { return [form] }
                return []
            }
        case .text, .truth, .whole, .seed, .number, .word, .tensor, .layers: []
        }
    }

    @Test("No form names a key twice, and each key is told in a sentence", arguments: forms)
    func keys(form: Form) {
        #expect(Set(form.keys.map(\.name)).count == form.keys.count)
        for key in form.keys {
            #expect(!key.about.isEmpty)
            #expect(key.name.allSatisfy { $0.isLowercase || $0.isNumber || $0 == "-" })
        }
    }

    @Test("Every default is a value that the key could have been given", arguments: forms)
    func defaults(form: Form) {
        for key in form.keys {
            guard case .standard(let text) = key.presence else { continue }
            switch key.type {
            case .truth: #expect(["true", "false"].contains(text))
            case .whole(let range): #expect((try? WrittenNumber.integer(text)).map(range.contains) == true)
            case .seed: #expect(UInt64(text) != nil)
            case .number(let range): #expect((try? WrittenNumber.double(text)).map(range.contains) == true)
            case .word(let words): #expect(words.contains(text))
            case .choice(let choice): #expect(choice.option(text) != nil)
            case .list(of: .whole(let range)):
                let numbers = text.dropFirst().dropLast().split(separator: ",").map { Int($0.drop { $0 == " " }) }
                #expect(text.hasPrefix("[") && text.hasSuffix("]") && numbers.allSatisfy { $0.map(range.contains) == true })
            default: Issue.record("\(form.name).\(key.name) has a default of no plain type")
            }
        }
    }

    /// The kinds of layers one after the other: a new kind does not compile until it stands here.
    private func kind(after kind: Layer.Kind?) -> Layer.Kind? {
        switch kind {
        case nil: .dense(DenseLayer(units: 1))
        case .dense: .convolution(ConvolutionLayer(channels: 1, kernel: 1))
        case .convolution: .embedding(EmbeddingLayer(size: 2))
        case .embedding: .positionEmbedding(PositionEmbeddingLayer())
        case .positionEmbedding: .flatten
        case .flatten: .pooling(PoolingLayer(.max, kernel: 2, stride: 2))
        case .pooling: .globalPooling
        case .globalPooling: .activation(.tanh)
        case .activation: .softmax
        case .softmax: .normalization(NormalizationLayer(kind: .batch))
        case .normalization: .dropout(DropoutLayer())
        case .dropout: .attention(AttentionLayer())
        case .attention: .residual(ResidualLayer(layers: []))
        case .residual: .recurrent(RecurrentLayer(cell: .rnn(.tanh), units: 1))
        case .recurrent: nil
        }
    }

    @Test("Every kind of layer is listed with its words, once, and no two layers share a word") func layers() {
        var kinds: [Layer.Kind] = []
        while let next = kind(after: kinds.last) { kinds.append(next) }
        #expect(kinds.map { ObjectIdentifier(type(of: $0.rules)) } == Layer.Kind.all.map { ObjectIdentifier($0) })
        #expect(Layer.Kind.all.allSatisfy { !$0.words.isEmpty })
        let words = LayerForms.layer.options.map(\.word)
        #expect(Set(words).count == words.count)
    }

    static let examples: [URL] = {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "examples")
        let files = (try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)) ?? []
        return files.filter { $0.pathExtension == "yaml" }.sorted { $0.path < $1.path }
    }()

    @Test("Every bundled example is read without a finding, and says what it teaches", arguments: examples)
    func example(file: URL) throws {
        let files = NumberSource { name in
            let bytes = try? Data(contentsOf: file.deletingLastPathComponent().appending(path: name))
            return bytes.map { .success(.init(bytes: [UInt8]($0), digest: "")) } ?? .failure(NumberFileError("is not there", expected: nil))
        }
        let lesson = try LessonReader.read(bytes: [UInt8](try Data(contentsOf: file)), file: file.lastPathComponent, numbers: files)
        #expect(lesson.warnings.isEmpty)
        #expect(lesson.title != nil)
    }
}
