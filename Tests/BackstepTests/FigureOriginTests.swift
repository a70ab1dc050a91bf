import Testing

@testable import Backstep

@Suite("How a figure says where it came from") struct FigureOriginTests {
    @Test(
        "A lesson is named, never by a path", arguments: ["..%2Fother.yaml", "%2Fetc%2Fpasswd", "..", ".", "", "a%00b.yaml", "a%2Fb.yaml"])
    func paths(_ written: String) { #expect(FigureOrigin("lesson=\(written)").lesson == nil) }

    @Test("What it says is read back")
    func roundTrip() {
        var origin = FigureOrigin(lesson: "a & b=c.yaml")
        origin.step = 3
        origin.title = "100 % = all"
        origin.options.showsProducts = true
        #expect(FigureOrigin(origin.text) == origin)
    }
}
