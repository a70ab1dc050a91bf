package final class FontBook: Sendable {
    package enum Preference: Hashable, Sendable { case installed, fallback }
    package init(preferring preference: Preference = .installed) throws(FontError) {}
    package static func standard() throws(FontError) -> FontBook { try FontBook() }
}
