from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "muster.server.web"
    label = "web"
