import Testing

/// Worked examples of courses, textbooks and program documentation, with the numbers that they print.
@Suite("Published numbers")
struct PublishedNumbersTests {
    static let lessons = ExpectedLessons("published")

    @Test("are all there")
    func present() throws {
        #expect(Self.lessons.names.count == 26)
        #expect(try Self.lessons.names.reduce(0) { $0 + (try checks($1)).count } == 233)
    }

    @Test("come out to their printed digits", arguments: lessons.names)
    func digits(_ name: String) throws {
        let trace = try PrintedTrace(Self.lessons.lesson(name))
        let checks = try checks(name)
        #expect(!checks.isEmpty)
        for check in checks {
            let found = try #require(trace.number(at: check.path), "there is no \(check.path)")
            #expect(abs(found - check.value) <= check.tolerance, "\(check.path) is \(found), published \(check.value)")
        }
    }

    private func checks(_ name: String) throws -> [(path: String, value: Double, tolerance: Double)] {
        let expected = try #require(try Self.lessons.expected(name) as? [String: Any])
        return try #require(expected["checks"] as? [[String: Any]]).map { check in
            (
                try #require(check["path"] as? String), try #require(check["value"] as? Double), try #require(check["tolerance"] as? Double)
            )
        }
    }
}
