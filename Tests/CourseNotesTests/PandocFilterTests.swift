import CourseNotes
import Testing

@Suite("The filter of pandoc") struct PandocFilterTests {
    @Test("knows every option of a picture, values and flags") func options() {
        #expect(PandocFilter.text.contains(#"ipairs({"figure", "sample", "notation", "mistake", "weights", "dpi", "theme"})"#))
        #expect(PandocFilter.text.contains(#"ipairs({"products", "no-headline", "transparent", "svg-text"})"#))
    }
}
