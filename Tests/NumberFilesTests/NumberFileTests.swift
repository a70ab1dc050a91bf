import Autodiff
import Forms
import Foundation
import HostileInputs
import Testing

@testable import NumberFiles

/// Files that numpy wrote, read back, and the same with something wrong in them.
@Suite("Files of numbers") struct NumberFileTests {
    static let weight = Tensor(shape: [2, 3], scalars: [0.5, -1.25, 3, 2, 0.1, -0.3])
    static let bias = Tensor(shape: [2], scalars: [0.25, -0.5])

    static func bytes(_ name: String) -> [UInt8] {
        let url = Bundle.module.url(forResource: "files", withExtension: nil)?.appending(path: name)
        return (url.flatMap { try? Data(contentsOf: $0) }).map(Array.init) ?? []
    }

    static func arrays(_ name: String, _ bytes: [UInt8]? = nil, takesIntegers: Bool = false) throws(NumberFileError) -> any NamedArrays {
        let bytes = bytes ?? Self.bytes(name)
        return switch name.split(separator: ".").last {
        case "npz": try NPZFile(bytes, takesIntegers: takesIntegers)
        case "json": try JSONArrays(bytes)
        default: try SafetensorsFile(bytes)
        }
    }

    static func message(_ read: () throws(NumberFileError) -> some Any) -> String {
        do {
            _ = try read()
            return ""
        } catch {
            return [error.what, error.expected].compactMap(\.self).joined(separator: "; expected ")
        }
    }

    @Test(
        "Arrays are read as numpy wrote them, stored or deflated, row by row or column by column",
        arguments: ["plain.npz", "compressed.npz", "fortran.npz", "single.npz", "plain.json"])
    func arrays(file: String) throws {
        let arrays = try Self.arrays(file)
        let found = try #require(try arrays.tensor("hidden.weight"))
        let expected = file == "single.npz" ? Self.weight.scalars.map { Double(Float($0)) } : Self.weight.scalars
        #expect(found.shape == [2, 3] && found.scalars == expected)
        #expect(try arrays.shape(of: "hidden.weight") == [2, 3])
        #expect(try arrays.tensor("hidden") == nil)
        if file != "fortran.npz" { #expect(try arrays.tensor("hidden.bias") == Self.bias) }
    }

    @Test("An array of three axes in Fortran's order is turned") func cube() throws {
        #expect(try Self.arrays("fortran.npz").tensor("cube") == Tensor(shape: [2, 3, 4], scalars: (0..<24).map(Double.init)))
    }

    @Test("A safetensors file's numbers are widened", arguments: [("f64", 0.0), ("f32", 1e-7), ("f16", 1e-3), ("bf16", 1e-2)])
    func safetensors(name: String, relative: Double) throws {
        let found = try #require(try Self.arrays("kinds.safetensors").tensor(name))
        #expect(found.shape == [2, 3])
        for (a, b) in zip(found.scalars, Self.weight.scalars) { #expect(abs(a - b) <= relative * abs(b)) }
    }

    @Test(
        "Half precision has subnormal numbers, and its largest",
        arguments: [(0x0001, 0x1p-24), (0x03FF, 1023 * 0x1p-24), (0x0400, 0x1p-14), (0x7BFF, 65504), (0xC000, -2), (0x8000, 0)]
            as [(UInt16, Double)])
    func half(bits: UInt16, value: Double) {
        let bytes = withUnsafeBytes(of: bits.littleEndian) { Array($0) }
        #expect(bytes.withUnsafeBytes { ElementType.float16.number(in: $0, at: 0) } == value)
    }

    @Test("Whole numbers are data, but no weights") func integers() throws {
        let data = try Self.arrays("integers.npz", takesIntegers: true)
        #expect(try data.tensor("x") == Tensor(shape: [2, 2], scalars: [1, 2, 3, 4]))
        #expect(try data.tensor("y") == Tensor(shape: [2], scalars: [0, 1]))
        #expect(
            Self.message { () throws(NumberFileError) in try Self.arrays("integers.npz").tensor("y") }
                == "holds whole numbers in y; expected f8 or f4")
    }

    @Test(
        "What is no array of finite numbers is said so, and not quoted",
        arguments: [
            ("others.npz", "words", "holds in words no array of numbers as numpy writes it; expected f8 or f4; for data also i8 or i4"),
            ("others.npz", "big", "holds in big no array of numbers as numpy writes it; expected f8 or f4; for data also i8 or i4"),
            ("others.npz", "truth", "holds in truth no array of numbers as numpy writes it; expected f8 or f4; for data also i8 or i4"),
            ("others.npz", "empty", "gives an array the shape [0, 2]; expected 1 to 10,000,000 numbers, as many as a trace may hold"),
            ("others.npz", "nan", "holds nan at nan[1]; expected finite numbers"),
            ("plain.json", "note", "is damaged at byte 65; expected a number"),
            ("kinds.safetensors", "i64", "holds i64 as numbers of another kind; expected F64, F32, F16 or BF16"),
        ])
    func others(file: String, name: String, message: String) {
        #expect(Self.message { () throws(NumberFileError) in try Self.arrays(file, takesIntegers: true).tensor(name) } == message)
    }

    @Test("A near name is suggested if it is one of an array of numbers") func near() throws {
        #expect(try Self.arrays("plain.npz").nearest(to: "hiden.weight") == "hidden.weight")
        #expect(try Self.arrays("others.npz").nearest(to: "word") == nil)
        #expect(try CSVTable(Self.bytes("points.csv")).nearest(to: "lable") == "label")
        #expect(try CSVTable(Self.bytes("points.csv")).nearest(to: "nots") == nil)
    }

    // MARK: Tables

    @Test("A table's columns are taken by their heads, whatever stands in the others") func table() throws {
        let table = try CSVTable(Self.bytes("points.csv"))
        #expect(table.heads == ["id", "x1", "x,2", "label", "note"] && table.rowCount == 3)
        #expect(try table.column("x,2") == 2 && table.column("y") == nil)
        #expect(try table.numbers(columns: [1, 2], rows: 0..<3) == Tensor(shape: [3, 2], scalars: [1, 0.5, -0.25, 1, 3, 2]))
        #expect(try table.numbers(columns: [3], rows: 1..<2) == Tensor(shape: [1, 1], scalars: [1]))
    }

    @Test(
        "A damaged table is told by its line",
        arguments: [
            ("", "is empty; expected columns' heads in the first line"),
            ("a,b\n1\n", "has 1 fields in line 2; expected 2, as many as in the first line"),
            ("a\n1\n\n2\n", "has something else in line 3, column 1; expected a number"),
            ("a,a\n1,2\n", "has 2 columns a; expected each head once"),
            ("a,b\n1,SECRET\n", ""),
            ("b,a\n1,SECRET\n", "has something else in line 2, column 2; expected a number"),
            ("a\nnan\n", "has something else in line 2, column 1; expected a finite number"),
            ("a\n\"1\n", "has quotes that are never closed, by line 2; expected closing quotes"),
            ("a\n\"1\"2\n", "has something after closing quotes in line 2; expected a comma or the line's end"),
            ("a\n" + String(repeating: "1", count: 1_001) + "\n", "has something else in line 2, column 1; expected a number"),
            ("a,b\n1,2,\n", "has 3 fields in line 2; expected 2, as many as in the first line"),
        ])
    func badTable(text: String, message: String) {
        let found = Self.message { () throws(NumberFileError) -> Tensor? in
            let table = try CSVTable(Array(text.utf8))
            return try table.column("a").map { (column) throws(NumberFileError) in
                try table.numbers(columns: [column], rows: 0..<table.rowCount)
            }
        }
        #expect(found == message)
    }

    @Test("A table that is no text in UTF-8 is refused") func binary() {
        #expect(
            Self.message { () throws(NumberFileError) in try CSVTable([0xFF, 0xFE, 0x0A]) }.hasPrefix("has a first line that is no text"))
    }

    // MARK: Damage

    @Test(
        "A file that is cut short is refused, wherever it ends",
        arguments: ["plain.npz", "compressed.npz", "kinds.safetensors", "plain.json"])
    func truncated(file: String) {
        let whole = Self.bytes(file)
        for count in 0..<whole.count {
            let name = file == "kinds.safetensors" ? "i64" : "hidden.bias"
            let message = Self.message { () throws(NumberFileError) in try Self.arrays(file, Array(whole[..<count])).tensor(name) }
            #expect(!message.isEmpty && !message.contains("SECRET"), "\(count) of \(whole.count) bytes")
        }
    }

    @Test("An array that is packed in another way is refused, and not passed over") func otherwisePacked() throws {
        var bytes = Self.bytes("plain.npz")
        for place in bytes.indices where bytes[place...].starts(with: [0x50, 0x4B, 1, 2]) { bytes[place + 10] = 14 }
        #expect(
            Self.message { () throws(NumberFileError) in try Self.arrays("plain.npz", bytes).shape(of: "hidden.bias") }
                == "has an array that is encrypted, or packed in another way than numpy does; expected numpy's savez")
    }

    @Test("A changed byte of an .npz's array is seen by its checksum", arguments: ["plain.npz", "compressed.npz"])
    func checksum(file: String) throws {
        let whole = Self.bytes(file)
        let right = try Self.arrays(file).tensor("hidden.weight")
        for place in whole.indices {
            var bytes = whole
            bytes[place] ^= 0x10
            // Bytes that nobody needs, such as times, may change.
            if let found = try? Self.arrays(file, bytes).tensor("hidden.weight") { #expect(found == right, "byte \(place)") }
        }
    }

    @Test("What a head claims is held against the file before memory is taken") func claims() {
        func safetensors(_ head: String, _ count: Int = 8) -> [UInt8] {
            withUnsafeBytes(of: UInt64(head.utf8.count).littleEndian) { Array($0) } + Array(head.utf8) + [UInt8](repeating: 0, count: count)
        }
        func message(_ bytes: [UInt8]) -> String {
            Self.message { () throws(NumberFileError) in try SafetensorsFile(bytes).tensor("w") }
        }
        #expect(message([1, 2]) == "has 2 bytes; expected at least 8, the length of a safetensors file's head")
        #expect(message([UInt8](repeating: 255, count: 9)).hasPrefix("has 9 bytes; expected at least 8"))
        #expect(message([0, 0, 0, 0, 0, 0, 0, 1, 0]).hasPrefix("has 9 bytes; expected a safetensors file"))
        let huge = "{\"w\": {\"dtype\": \"F64\", \"shape\": [4611686018427387904, 4], \"data_offsets\": [0, 8]}}"
        #expect(message(safetensors(huge)).hasPrefix("gives an array the shape [4611686018427387904, 4]"))
        let outside = "{\"w\": {\"dtype\": \"F64\", \"shape\": [2], \"data_offsets\": [0, 16]}}"
        #expect(message(safetensors(outside)).hasPrefix("puts w at the bytes [0, 16]"))
        let backwards = "{\"w\": {\"dtype\": \"F64\", \"shape\": [1], \"data_offsets\": [8, 0]}}"
        #expect(message(safetensors(backwards)).hasPrefix("puts w at the bytes [8, 0]"))
        let short = "{\"w\": {\"dtype\": \"F64\", \"shape\": [2], \"data_offsets\": [0, 8]}}"
        #expect(message(safetensors(short)) == "has 8 bytes for w, whose shape is [2]; expected 16, 8 a number")
        #expect(message(safetensors("{\"w\": {}, \"w\": {}}")).hasPrefix("has a name twice"))
        #expect(
            message(safetensors("{\"w\": {\"dtype\": \"SECRET\"}}")) == "holds w as numbers of another kind; expected F64, F32, F16 or BF16"
        )
        let deep = String(repeating: "[", count: 100_000)
        #expect(Self.message { () throws(NumberFileError) in try JSONArrays(Array("{\"w\": \(deep)}".utf8)) }.contains("byte"))
        let closed = "{\"w\": \(deep)\(String(repeating: "]", count: 100_000))}"
        #expect(
            Self.message { () throws(NumberFileError) in try JSONArrays(Array(closed.utf8)).tensor("w") }
                == "has lists more than 32 deep at w; expected at most 32")
        #expect(
            Self.message { () throws(NumberFileError) in try JSONArrays(Array("{\"w\": [[1, 2], [3]]}".utf8)).tensor("w") }
                == "has rows of the shapes [2] and [1] at w; expected rows of one shape")
    }

    @Test(
        "A text of JSON means what RFC 8259 says",
        arguments: [
            (#"a\"\\\/\b\f\n\r\t"#, "a\"\\/\u{8}\u{c}\n\r\t"), (#"\u0041\u00e9\u20AC"#, "Aé€"), (#"\ud83d\uDE00!"#, "😀!"),
            (#"\ud83d!"#, "\u{FFFD}!"), (#"\ude00"#, "\u{FFFD}"), (#"\u004g"#, nil), (#"\u+041"#, nil), (#"\u004"#, nil), (#"\x"#, nil),
            ("\u{1}", nil),
        ])
    func text(written: String, meant: String?) {
        #expect((try? String(jsonText: Array(written.utf8))) == meant)
    }

    @Test("A file of more names than any model has is refused before they fill the memory") func manyNames() {
        func messages(_ count: Int) -> [String] {
            let names = (0..<count).map { "\"\($0)\":0" }.joined(separator: ",")
            let head = Array("{\(names)}".utf8)
            let length = withUnsafeBytes(of: UInt64(head.count).littleEndian) { Array($0) }
            let heads = (0..<count).map { "\($0)" }.joined(separator: ",")
            return [
                Self.message { () throws(NumberFileError) in try JSONArrays(head) },
                Self.message { () throws(NumberFileError) in try SafetensorsFile(length + head) },
                Self.message { () throws(NumberFileError) in try CSVTable(Array("\(heads)\n".utf8)) },
            ]
        }
        #expect(messages(100_000) == ["", "", ""])
        let said = messages(100_001)
        #expect(said == ["arrays", "arrays", "columns"].map { "has more than 100,000 \($0); expected at most that" })
        // Of a long line only its fields' number is used.
        let long = "a,b\n1\(String(repeating: ",", count: 2_000_000))\n"
        #expect(
            Self.message { () throws(NumberFileError) in try CSVTable(Array(long.utf8)) }
                == "has 2,000,001 fields in line 2; expected 2, as many as in the first line")
    }

    @Test(
        "No damage ends in a trap, and none makes a file's words part of a message", arguments: HostileSeeds.asked(otherwise: 40).map { $0 }
    )
    func hostile(seed: UInt64) {
        var mutator = Mutator(.files, seed: seed)
        let files = ["plain.npz", "compressed.npz", "fortran.npz", "others.npz", "plain.json", "kinds.safetensors", "points.csv"]
        for file in files {
            let whole = Self.bytes(file)
            for _ in 0..<25 {
                let bytes = mutator.mutated(whole, with: Self.bytes(files[Int(seed) % files.count]))
                #expect(!readNumbers(bytes).contains("SECRET"))
            }
        }
    }
}

/// Everything that can be read of bytes, whatever file they are; what is said of the rest.
func readNumbers(_ bytes: [UInt8]) -> String {
    var said = ""
    func attempt(_ read: () throws(NumberFileError) -> Void) { said += NumberFileTests.message(read) + "\n" }
    func all(_ arrays: any NamedArrays) {
        for name in ["hidden.weight", "f16", "words", "note", "x", arrays.names.first ?? ""] {
            attempt { () throws(NumberFileError) in
                let shape = try arrays.shape(of: name)
                let tensor = try arrays.tensor(name)
                precondition(tensor?.shape == shape && tensor?.scalars.allSatisfy(\.isFinite) != false)
            }
            _ = arrays.nearest(to: name + "x")
        }
    }
    attempt { () throws(NumberFileError) in all(try NPZFile(bytes, takesIntegers: true)) }
    attempt { () throws(NumberFileError) in all(try JSONArrays(bytes)) }
    attempt { () throws(NumberFileError) in all(try SafetensorsFile(bytes)) }
    attempt { () throws(NumberFileError) in
        let table = try CSVTable(bytes)
        _ = try table.column("x1")
        _ = try table.numbers(columns: Array(table.heads.indices.prefix(3)), rows: 0..<table.rowCount)
    }
    return said
}
