// The module Lessons.
